/** The page about who may do what, for operators. */
import type { AccessLine } from '../app/access-read.ts';
import { OPEN_RULE } from '../domain/access/rule.ts';
import type { ScriptRule } from '../domain/access/script-rule.ts';
import type { Urls } from './urls.ts';
import type { Viewer } from './viewer.ts';
import { numberText } from './viewer.ts';

export const ACCESS_WORDS = {
  title: 'Rights',
  linkText: 'Rights',
  intro:
    'The nearest line decides. The setting access has them, or a script its own; both are read again without a restart.',
  none: 'The setting access has no lines: everybody who reaches this server may run all scripts and see all reports.',
  line: 'Line',
  scripts: 'Scripts',
  else: 'Where no line decides, everybody may run all',
  unused: 'none: is the name right?',
  nearer: 'none: nearer lines decide about all',
  gone: 'none: kept for its reports',
  inFile: (file: string) => `in ${file}`,
  inFileBefore: (file: string) => `as ${file} said, which no longer does`,
  replaced: (text: string, file: string, isPart: boolean) =>
    `instead of ${isPart ? 'a part of ' : ''}"${text}" in ${file}`,
  ignored: 'Rules that do not count',
  ignoredHelp: 'Scripts carry these rules, but access_in_scripts is false: only the lines of the setting count.',
  more: (count: string) => `and ${count} more`,
  question: 'What may somebody do?',
  user: 'User',
  groups: 'Groups',
  help: 'The user is a name, or anybody, or signed-in; groups have commas between them.',
  script: 'Script',
  ask: 'Show',
};

/** The place of a line about all scripts. */
const EVERYTHING = '';
/** Rules that do not count and are shown. */
const MOST_IGNORED = 200;

export interface AccessQuestion {
  readonly user: string;
  readonly groups: string;
  readonly script: string;
}

export interface AccessLineView {
  readonly line: string;
  readonly isLine: boolean;
  /** Which file says it; empty: the setting does. */
  readonly from: string;
  /** The script's own rule that it replaces, or empty. */
  readonly replaced: string;
  /** Why it cannot be read, or empty. */
  readonly problem: string;
  readonly scripts: string;
}

export interface AccessView {
  readonly backUrl: string;
  readonly actionUrl: string;
  readonly hasLines: boolean;
  readonly lines: readonly AccessLineView[];
  /** Rules of scripts that do not count; of many, the first. */
  readonly ignored: readonly { readonly line: string; readonly from: string }[];
  /** How many of them are not shown, or empty. */
  readonly ignoredMore: string;
  readonly question: AccessQuestion;
  /** Empty: nothing was asked. */
  readonly answer: string;
  readonly reasons: readonly string[];
  readonly problem: string;
}

export function accessView(
  { lines, ignored }: { readonly lines: readonly AccessLine[]; readonly ignored: readonly ScriptRule[] },
  asked: { readonly question: AccessQuestion; readonly sentences: readonly string[]; readonly problem: string },
  viewer: Viewer,
  urls: Urls,
): AccessView {
  const [answer = '', ...reasons] = asked.sentences;
  return {
    backUrl: urls.admin(),
    actionUrl: urls.access(),
    hasLines: lines.length > 1,
    lines: lines.filter(({ rule, scripts }) => rule !== OPEN_RULE || scripts > 0).map((line) => lineView(line, viewer)),
    ignored: ignored
      .slice(0, MOST_IGNORED)
      .map(({ script, text, file }) => ({ line: `${script}: ${text.trim()}`, from: ACCESS_WORDS.inFile(file) })),
    ignoredMore:
      ignored.length > MOST_IGNORED ? ACCESS_WORDS.more(numberText(ignored.length - MOST_IGNORED, viewer)) : '',
    question: asked.question,
    answer,
    reasons,
    problem: asked.problem,
  };
}

function lineView({ rule, scripts }: AccessLine, viewer: Viewer): AccessLineView {
  const words = ACCESS_WORDS;
  const isLine = rule !== OPEN_RULE;
  const unused = rule.place === EVERYTHING ? words.nearer : words.unused;
  const none = rule.isRemembered === true ? words.gone : unused;
  return {
    line: isLine ? rule.line : words.else,
    isLine,
    from: rule.file === undefined ? '' : words[rule.isRemembered === true ? 'inFileBefore' : 'inFile'](rule.file),
    replaced: rule.replaced ? words.replaced(rule.replaced.text, rule.replaced.file, rule.replaced.isPart) : '',
    problem: rule.problem ?? '',
    scripts: scripts === 0 && isLine ? none : numberText(scripts, viewer),
  };
}
