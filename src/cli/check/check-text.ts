/** How `check` prints what it found: a line for each script, and below it what its author should know. */
import { styleText } from 'node:util';
import type { Finding, Severity } from '../../domain/finding.ts';
import type { ScriptProblem } from '../../domain/problem.ts';
import type { Script } from '../../domain/script/script.ts';
import { limitLines, type ScriptLimits } from './check-limit.ts';

/** A script with everything that `check` knows of it. */
export interface CheckedScript {
  readonly script: Script;
  readonly findings: readonly Finding[];
  /** Its kernel is not installed: how to install it. */
  readonly missingKernel: string | undefined;
  /** Why there is no snapshot, although it requests one. */
  readonly snapshotProblem: string | undefined;
  readonly limits: ScriptLimits;
}

const INDENT = ' '.repeat(10);
const COLORS = { error: 'red', warning: 'yellow', note: 'cyan', ok: 'green' } as const;
type Word = keyof typeof COLORS;

/** Colours only where standard output is a terminal that has them. */
export function checkedText(checked: CheckedScript): string {
  const { script, findings, missingKernel, snapshotProblem, limits } = checked;
  const { file, state, problem, schema, environment, environmentProblem, origins = {} } = script;
  if (state !== 'ready') return paragraph(state, file, problem);
  if (environmentProblem !== undefined) return paragraph('packages', file, environmentProblem);
  if (missingKernel !== undefined) return `${head('no kernel', 'warning')} ${file}\n${INDENT}${missingKernel}`;
  const count = Object.keys(schema.properties).length;
  const worst: Word = findings[0]?.severity ?? 'ok';
  return [
    `${head(worst, worst)} ${file} (${count === 1 ? '1 parameter' : `${count} parameters`})`,
    ...findings.map((finding) => INDENT + findingText(finding, colored)),
    ...Object.entries(origins).flatMap(([name, places]) => originLine(name, places)),
    ...(environment === undefined ? [] : [`${INDENT}packages: ${environment.file}`]),
    ...(snapshotProblem === undefined ? [] : [`${INDENT}no snapshot: ${snapshotProblem}`]),
    ...limitLines(limits).map((line) => INDENT + line),
  ].join('\n');
}

/** One line; without colours by default. */
export function findingText(
  { severity, code, what, where, remedy = '' }: Finding,
  paint: (text: string, severity: Severity) => string = (text) => text,
): string {
  const place = where === undefined ? '' : `${where}: `;
  return `${paint(severity.padEnd(8), severity)}${place}${what} ${remedy} [${code}]`;
}

/** A file that is not used: a broken script or template, a shadowed script. */
export function paragraph(state: string, file: string, problem: ScriptProblem | undefined): string {
  return [
    `${head(state, state === 'broken' || state === 'packages' ? 'error' : 'note')} ${file}`,
    problem?.what,
    problem?.where,
    problem?.remedy,
  ]
    .filter((part) => part !== undefined)
    .join(`\n${INDENT}`);
}

/** `1 error, 2 warnings in 5 scripts`; empty if nothing was found. */
export function summaryText(checked: readonly CheckedScript[]): string {
  const all = checked.flatMap(({ findings }) => findings);
  const counts = (['error', 'warning', 'note'] as const satisfies readonly Severity[]).flatMap((severity) => {
    const count = all.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  const scripts = checked.length === 1 ? '1 script' : `${checked.length} scripts`;
  return counts.length === 0 ? '' : `${counts.join(', ')} in ${scripts}`;
}

/** Said where two places declare an input, for an author to see which one counts. */
function originLine(name: string, places: readonly string[]): string[] {
  const [last, ...before] = places.toReversed();
  return last === undefined || before.length === 0
    ? []
    : [`${INDENT}${name}: ${last} refines ${before.join(', which refines ')}`];
}

function head(word: string, color: Word): string {
  return colored(word.padEnd(9), color);
}

function colored(text: string, color: Word): string {
  return styleText(COLORS[color], text, { stream: process.stdout });
}
