/** The page about who may do what, for operators. */
import type { AccessLine } from '../app/access-read.ts';
import { OPEN_RULE } from '../domain/access/rule.ts';
import type { Urls } from './urls.ts';
import type { Viewer } from './viewer.ts';
import { numberText } from './viewer.ts';

export const ACCESS_WORDS = {
  title: 'Rights',
  linkText: 'Rights',
  intro: 'The nearest line decides. The setting access has them; it is read again without a restart.',
  none: 'The setting access has no lines: everybody who reaches this server may run all scripts and see all reports.',
  line: 'Line',
  scripts: 'Scripts',
  else: 'Where no line decides, everybody may run all',
  unused: 'none: is the name right?',
  question: 'What may somebody do?',
  user: 'User',
  groups: 'Groups',
  help: 'The user is a name, or anybody, or signed-in; groups have commas between them.',
  script: 'Script',
  ask: 'Show',
};

export interface AccessQuestion {
  readonly user: string;
  readonly groups: string;
  readonly script: string;
}

export interface AccessView {
  readonly backUrl: string;
  readonly actionUrl: string;
  readonly hasLines: boolean;
  readonly lines: readonly { readonly line: string; readonly isLine: boolean; readonly scripts: string }[];
  readonly question: AccessQuestion;
  /** Empty: nothing was asked. */
  readonly answer: string;
  readonly reasons: readonly string[];
  readonly problem: string;
}

export function accessView(
  lines: readonly AccessLine[],
  asked: { readonly question: AccessQuestion; readonly sentences: readonly string[]; readonly problem: string },
  viewer: Viewer,
  urls: Urls,
): AccessView {
  const words = ACCESS_WORDS;
  const [answer = '', ...reasons] = asked.sentences;
  return {
    backUrl: urls.admin(),
    actionUrl: urls.access(),
    hasLines: lines.length > 1,
    lines: lines
      .filter(({ rule, scripts }) => rule !== OPEN_RULE || scripts > 0)
      .map(({ rule, scripts }) => ({
        line: rule === OPEN_RULE ? words.else : rule.line,
        isLine: rule !== OPEN_RULE,
        scripts: scripts === 0 && rule !== OPEN_RULE ? words.unused : numberText(scripts, viewer),
      })),
    question: asked.question,
    answer,
    reasons,
    problem: asked.problem,
  };
}
