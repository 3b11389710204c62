/** How `check --run` shows the cases of a script: on the terminal, as they end, and as JUnit's XML. */
import { styleText } from 'node:util';
import type { Script } from '../../domain/script/script.ts';
import type { CaseResult, CaseState } from './check-case.ts';
import type { JunitCase } from './junit.ts';

const INDENT = ' '.repeat(10);
const COLORS = { ok: 'green', kept: 'green', different: 'red', failed: 'red', 'needs-case': 'yellow' } as const;

/** A line for the case, and one for each difference. */
export function caseText({ name, state, lines, seconds }: CaseResult): string {
  const word = styleText(COLORS[state], state.replace('-', ' ').padEnd(10), { stream: process.stdout });
  const time = seconds === 0 ? '' : ` (${seconds.toFixed(1)} s)`;
  return [`${INDENT}${word} case ${name}${time}`, ...lines.map((line) => `${INDENT}${' '.repeat(11)}${line}`)].join(
    '\n',
  );
}

/** `3 cases: 1 ok, 2 different`; empty if there is none. */
export function caseSummary(cases: readonly CaseResult[]): string {
  const counts = Object.keys(COLORS).flatMap((state) => {
    const count = cases.filter((each) => each.state === state).length;
    return count === 0 ? [] : [`${count} ${state.replace('-', ' ')}`];
  });
  return cases.length === 0 ? '' : `${cases.length} ${cases.length === 1 ? 'case' : 'cases'}: ${counts.join(', ')}`;
}

/** `needs-case`: only where warnings count as errors. */
export function isFailure(state: CaseState, strict: boolean): boolean {
  return state === 'failed' || state === 'different' || (strict && state === 'needs-case');
}

/** Progress, while others are running. */
export function sayCase({ name }: Script, result: CaseResult, done: number, total: number): void {
  const text = `${done} of ${total}: ${name}, ${result.name}: ${result.state}`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${done === total ? '' : text}` : `${text}\n`);
}

export function junitCases(
  { name: group, file }: Script,
  cases: ReadonlyMap<string, readonly CaseResult[]>,
): readonly JunitCase[] {
  return (cases.get(group) ?? []).map(({ name, state, lines, seconds }) => {
    const text = lines.join('\n');
    const base = { group, name: `case ${name}`, file, seconds };
    if (isFailure(state, false)) return { ...base, failure: { message: lines[0] ?? state, text } };
    return state === 'needs-case' ? { ...base, skipped: text } : { ...base, output: text };
  });
}
