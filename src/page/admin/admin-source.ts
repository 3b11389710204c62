/** What the operator sees of the repository of the scripts. */
import { type OriginState, shortCommit } from '../../domain/script/script-origin.ts';
import { momentText, type Viewer } from '../viewer.ts';

const WORDS = {
  title: 'Repository',
  address: 'Address',
  commit: 'Published commit',
  none: 'none yet',
  since: 'Published since',
  checked: 'Asked last',
  problem: 'Problem',
  stays: (commit: string) => `The commit ${commit} stays published.`,
};

export interface SourceBlock {
  readonly title: string;
  readonly items: readonly { readonly label: string; readonly value: string }[];
}

export function sourceBlocks(origin: OriginState | undefined, viewer: Viewer): readonly SourceBlock[] {
  if (origin === undefined) return [];
  const { shown, commit, publishedAtMs, checkedAtMs, problem, problemAtMs } = origin;
  const at = (label: string, atMs: number | undefined) =>
    atMs === undefined ? [] : [{ label, value: momentText(atMs, viewer) }];
  const stays = commit === undefined ? '' : ` ${WORDS.stays(shortCommit(commit))}`;
  const when = problemAtMs === undefined ? '' : `${momentText(problemAtMs, viewer)}: `;
  return [
    {
      title: WORDS.title,
      items: [
        ...(problem === undefined ? [] : [{ label: WORDS.problem, value: `${when}${problem}${stays}` }]),
        { label: WORDS.address, value: shown },
        { label: WORDS.commit, value: commit === undefined ? WORDS.none : shortCommit(commit) },
        ...at(WORDS.since, publishedAtMs),
        ...at(WORDS.checked, checkedAtMs),
      ],
    },
  ];
}
