/** The page about what can be said of a script before it runs, for operators. */
import type { ScriptCheck } from '../app/script/script-check.ts';
import type { ScriptReferences } from '../app/script/script-reference.ts';
import type { Severity } from '../domain/finding.ts';
import type { ParameterSchema } from '../domain/parameter/parameter.ts';
import { problemText } from '../domain/problem.ts';
import type { Urls } from './urls.ts';

const SEVERITIES: Readonly<Record<Severity, string>> = { error: 'Error', warning: 'Warning', note: 'Note' };

export const CHECK_WORDS = {
  title: 'Check',
  linkText: 'How it is read, and what needs attention',
  findings: 'Findings',
  none: 'Nothing to mend.',
  kind: 'Kind',
  where: 'Where',
  what: 'What',
  whole: 'The script as a whole',
  step: (step: number, line: number | undefined) =>
    line === undefined ? `Step ${String(step)}` : `Step ${String(step)}, line ${String(line)}`,
  inputs: 'Inputs',
  noInputs: 'It has no inputs.',
  name: 'Name',
  type: 'Type',
  initial: 'Default',
  from: 'Read from',
  refines: (last: string, before: string) => `${last}, which refines ${before}`,
  required: 'none: it must be given',
  uses: 'What it uses',
  language: 'Language',
  kernel: 'Kernel',
  packages: 'Packages',
  ofAll: 'Those of all scripts',
  python: 'Python',
  r: 'R',
  modules: 'Modules',
  connections: 'Connections',
  unasked:
    'Whether its modules are installed is not known: its Python or R is not ready, or another kernel executes it.',
};

export interface CheckView {
  readonly title: string;
  readonly url: string;
  readonly findings: readonly {
    readonly kind: string;
    readonly code: string;
    readonly where: string;
    readonly what: string;
    readonly remedy: string;
  }[];
  readonly inputs: readonly {
    readonly name: string;
    readonly type: string;
    readonly initial: string;
    readonly from: string;
  }[];
  readonly items: readonly { readonly label: string; readonly value: string }[];
  readonly notice: string;
}

const MOST_CHARS = 200;

export function checkView({ script, findings, references }: ScriptCheck, urls: Urls): CheckView {
  const words = CHECK_WORDS;
  const broken = [script.problem, script.environmentProblem].flatMap((problem) =>
    problem === undefined
      ? []
      : [{ kind: SEVERITIES.error, code: '', where: words.whole, what: problemText(problem), remedy: '' }],
  );
  return {
    title: script.title,
    url: urls.script(script.name),
    findings: [
      ...broken,
      ...findings.map(({ severity, code, what, where = words.whole, remedy = '', step, line }) => ({
        kind: SEVERITIES[severity],
        code,
        where: step === undefined ? where : words.step(step, line),
        what,
        remedy,
      })),
    ],
    inputs: Object.entries(script.schema.properties).map(([name, schema]) => ({
      name,
      type: typeText(schema),
      initial: initialText(schema),
      from: originText(script.origins?.[name] ?? []),
    })),
    items: itemsOf(script, references),
    notice:
      references !== undefined && references.modules.length > 0 && references.missing === undefined
        ? words.unasked
        : '',
  };
}

function itemsOf(script: ScriptCheck['script'], references: ScriptReferences | undefined): CheckView['items'] {
  const words = CHECK_WORDS;
  const item = (label: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [{ label, value }];
  const namesOf = (list: readonly { readonly name: string }[] = []) => list.map(({ name }) => name).join(', ');
  return [
    ...item(words.language, script.language),
    ...item(words.kernel, script.kernelName),
    ...item(words.packages, script.environment?.file ?? (script.language === 'python' ? words.ofAll : undefined)),
    ...item(words[references?.missing?.language ?? 'python'], references?.missing?.program),
    ...item(words.modules, namesOf(references?.modules)),
    ...item(words.connections, namesOf(references?.connections)),
  ];
}

function typeText({ type, format, enum: choices }: ParameterSchema): string {
  const types = (Array.isArray(type) ? type : [type]).filter((each) => each !== undefined && each !== 'null');
  return [types.join(', '), format, choices === undefined ? undefined : `${String(choices.length)} choices`]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
}

/** Defaults of passwords are never shown. */
function initialText({ default: initial, format }: ParameterSchema): string {
  if (initial === undefined) return CHECK_WORDS.required;
  if (format === 'password') return '•••';
  const text = JSON.stringify(initial);
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}

function originText(places: readonly string[]): string {
  const [last, ...before] = places.toReversed();
  if (last === undefined) return '';
  return before.length === 0 ? last : CHECK_WORDS.refines(last, before.join(', which refines '));
}
