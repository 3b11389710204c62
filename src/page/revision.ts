/** The page of a script's revisions that ran, with the differences between two of them; for operators. */
import type { RevisionComparison } from '../app/revision/revision-compare.ts';
import type { DiffMark, DiffRow, RevisionDiff } from '../app/revision/revision-diff.ts';
import { REVISION_RUNS, type RanRevision, type ScriptRevisions } from '../app/revision/revision-list.ts';
import type { RevisionSection } from '../app/revision/revision-text.ts';
import type { Run } from '../domain/run/run.ts';
import type { Script } from '../domain/script/script.ts';
import type { Urls } from './urls.ts';
import { momentText, numberText, timeView, type TimeView, type Viewer } from './viewer.ts';

const TYPES: Readonly<Record<RevisionSection['type'], string>> = {
  code: 'code',
  markdown: 'text',
  raw: 'raw text',
  options: 'What the script says of itself',
  sidecar: 'Parameter file',
};

export const REVISION_WORDS = {
  title: 'Revisions',
  linkText: 'What ran, and what changed',
  help: 'Each change of a script, or of its parameter file, makes a revision. These ran.',
  none: 'It has not been run yet.',
  more: (count: string) => `Only the last ${count} runs are counted.`,
  broken: 'What is published now is broken, so nothing can be compared with it.',
  revision: 'Revision',
  commit: 'Commit',
  runs: 'Runs',
  first: 'First run',
  last: 'Last run',
  actions: 'Actions',
  published: 'Published',
  rolled: 'Rolled back',
  rolledTitle: 'An earlier revision is published in place of its file',
  rolledText: (at: string, by: string) =>
    `An earlier revision is published in place of its file, since ${at}, by ${by}. It ends when the file changes.`,
  roll: 'Roll back',
  rollHelp: 'Roll back publishes a revision in place of the file, until the file changes.',
  undo: 'Undo',
  run: 'Run',
  runHelp: 'Run executes a revision as it was, with the values of its last run, beside the files that are there now.',
  download: 'Source',
  sidecar: 'Parameter file',
  gone: 'Its reports were deleted, and its source with them.',
  compare: 'Compare',
  from: 'From',
  to: 'To',
  now: 'What is published',
  differences: 'Differences',
  same: 'Their cells and parameter files are the same. The files differ in saved outputs or metadata only.',
  far: 'They are too long or too different to be compared here. Download both and compare the files.',
  lost: 'One of them is not stored any more, so they cannot be compared.',
  unreadable: 'One of them cannot be read.',
  unpublished: 'What is published is broken, so it cannot be compared.',
  cut: 'The rest of the differences is not shown. Download both to compare them in full.',
  counts: (added: string, removed: string) => `Lines added: ${added}. Lines removed: ${removed}.`,
  gap: (count: string) => `Unchanged lines left out: ${count}`,
  marks: { same: '', added: 'added', removed: 'removed' } satisfies Record<DiffMark, string>,
  cell: (number: number, type: string) => `Cell ${String(number)}, ${type}`,
};

const SIGNS: Readonly<Record<DiffMark, string>> = { same: ' ', added: '+', removed: '−' };
const SHORT = 12;

export interface DiffLineView {
  /** `gap`: a sentence about lines that are left out. */
  readonly type: DiffMark | 'gap';
  readonly sign: string;
  readonly word: string;
  readonly text: string;
}

export interface RevisionView {
  readonly title: string;
  readonly url: string;
  readonly pageUrl: string;
  readonly notice: string;
  /** Why what is published is not the file; empty if it is. */
  readonly rolled: string;
  readonly more: string;
  readonly hasCommits: boolean;
  readonly rows: readonly {
    readonly id: string;
    readonly full: string;
    readonly commit: string;
    readonly count: string;
    readonly first: TimeView;
    readonly last: TimeView;
    readonly lastUrl: string;
    readonly isPublished: boolean;
    readonly isStored: boolean;
    readonly compareUrl: string;
    readonly sourceUrl: string;
    readonly sidecarUrl: string;
    /** Empty if it is not stored. */
    readonly runUrl: string;
    /** Empty if it is not stored, or published. */
    readonly rollUrl: string;
  }[];
  /** The two sides of the form; undefined: there is nothing to choose from. */
  readonly choices: { readonly from: readonly Choice[]; readonly to: readonly Choice[] } | undefined;
  readonly comparison: ComparisonView | undefined;
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
}

interface ComparisonView {
  readonly from: string;
  readonly to: string;
  /** In place of the differences, or before them. */
  readonly sentence: string;
  readonly groups: readonly {
    readonly title: string;
    readonly word: string;
    readonly mark: DiffMark;
    readonly lines: readonly DiffLineView[];
  }[];
  readonly cut: string;
}

export function revisionView(
  { script, revisions, published, hasMore }: ScriptRevisions,
  comparison: RevisionComparison | undefined,
  viewer: Viewer,
  urls: Urls,
): RevisionView {
  const words = REVISION_WORDS;
  const stored = revisions.filter(({ kept }) => kept !== undefined);
  const chosen = (side: 'from' | 'to') => choicesOf(stored, comparison?.[side], side, viewer);
  return {
    title: script.title,
    url: urls.script(script.name),
    pageUrl: urls.revisions(script.name),
    rolled: rolledText(script, viewer),
    notice: published === undefined ? words.broken : '',
    more: hasMore ? words.more(numberText(REVISION_RUNS, viewer)) : '',
    hasCommits: revisions.some(({ commit }) => commit !== undefined),
    rows: revisions.map((one) => ({
      id: idText(one),
      full: one.revision,
      commit: one.commit?.slice(0, SHORT) ?? '',
      count: numberText(one.count, viewer),
      first: timeView(one.first.createdAtMs, viewer),
      last: timeView(one.last.createdAtMs, viewer),
      lastUrl: urls.run(one.last.id),
      isPublished: one.isPublished,
      isStored: one.kept !== undefined,
      compareUrl:
        one.kept === undefined || one.isPublished || published === undefined
          ? ''
          : `${urls.revisions(script.name, { from: one.kept.id })}#differences`,
      sourceUrl: one.kept === undefined ? '' : urls.source(one.kept.id),
      rollUrl: one.kept === undefined || one.isPublished ? '' : urls.rollBack(one.kept.id),
      runUrl: one.kept === undefined ? '' : urls.repeat(one.kept.id),
      sidecarUrl: one.kept === undefined || one.sidecar === undefined ? '' : urls.source(one.kept.id, 'sidecar'),
    })),
    choices: stored.length === 0 ? undefined : { from: chosen('from'), to: chosen('to') },
    comparison: comparison === undefined ? undefined : comparisonView(comparison, viewer),
  };
}

export function rolledText({ rolledBack }: Script, viewer: Viewer): string {
  return rolledBack === undefined ? '' : REVISION_WORDS.rolledText(momentText(rolledBack.atMs, viewer), rolledBack.by);
}

/** What is published is the first choice of the right side, and the last of the left one. */
function choicesOf(
  revisions: readonly RanRevision[],
  run: Run | undefined,
  side: 'from' | 'to',
  viewer: Viewer,
): readonly Choice[] {
  const now = { value: '', label: REVISION_WORDS.now, isChosen: run === undefined && side === 'to' };
  const ran = revisions.map((one): Choice => {
    const at = momentText(one.last.createdAtMs, viewer);
    const isSame = one.revision === run?.revision && one.sidecar === run.sidecar?.hash;
    return { value: one.kept?.id ?? '', label: `${idText(one)} (${at})`, isChosen: isSame };
  });
  // a revision of an older run than those that are listed
  const other =
    run === undefined || ran.some(({ isChosen }) => isChosen)
      ? []
      : [
          {
            value: run.id,
            label: `${run.revision.slice(0, SHORT)} (${momentText(run.createdAtMs, viewer)})`,
            isChosen: true,
          },
        ];
  return side === 'to' ? [now, ...ran, ...other] : [...ran, ...other];
}

/** Revisions with one notebook and different parameter files have different texts. */
function idText({ revision, sidecar }: Pick<RanRevision, 'revision' | 'sidecar'>): string {
  return revision.slice(0, SHORT) + (sidecar === undefined ? '' : `+${sidecar.slice(0, 4)}`);
}

function comparisonView({ from, to, diff }: RevisionComparison, viewer: Viewer): ComparisonView {
  const name = (run: Run | undefined) => (run === undefined ? REVISION_WORDS.now : run.revision.slice(0, SHORT));
  const isRows = diff.type === 'rows';
  return {
    from: name(from),
    to: name(to),
    sentence: sentenceOf(diff, to === undefined, viewer),
    groups: isRows ? groupsOf(diff.rows, viewer) : [],
    cut: isRows && diff.isCut ? REVISION_WORDS.cut : '',
  };
}

function sentenceOf(diff: RevisionComparison['diff'], isWithPublished: boolean, viewer: Viewer): string {
  const words = REVISION_WORDS;
  switch (diff.type) {
    case 'rows':
      return words.counts(numberText(diff.added, viewer), numberText(diff.removed, viewer));
    case 'gone':
      return isWithPublished ? words.unpublished : words.lost;
    case 'unreadable':
      return `${words.unreadable} ${diff.problem}`;
    case 'same':
    case 'far':
      return words[diff.type];
  }
}

function groupsOf(rows: Extract<RevisionDiff, { type: 'rows' }>['rows'], viewer: Viewer): ComparisonView['groups'] {
  const groups: { title: string; word: string; mark: DiffMark; lines: DiffLineView[] }[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (row.type === 'section')
      groups.push({
        title: sectionTitle(row.section),
        word: REVISION_WORDS.marks[row.mark],
        mark: row.mark,
        lines: [],
      });
    else if (last === undefined) groups.push({ title: '', word: '', mark: 'same', lines: [lineView(row, viewer)] });
    else last.lines.push(lineView(row, viewer));
  }
  return groups;
}

function lineView(row: Exclude<DiffRow, { type: 'section' }>, viewer: Viewer): DiffLineView {
  if (row.type === 'gap')
    return { type: 'gap', sign: '', word: '', text: REVISION_WORDS.gap(numberText(row.lines, viewer)) };
  return { type: row.mark, sign: SIGNS[row.mark], word: REVISION_WORDS.marks[row.mark], text: row.text };
}

function sectionTitle({ type, number, tags }: RevisionSection): string {
  const title = number === undefined ? TYPES[type] : REVISION_WORDS.cell(number, TYPES[type]);
  return tags.length === 0 ? title : `${title} (${tags.join(', ')})`;
}
