/** What `check` finds in a script besides problems that keep it from being published: the kinds, and one finding. */
import type { ScriptProblem } from './problem.ts';

/**
 * `error`: a run will fail. `warning`: it probably fails on other machines, or shows something wrong. `note`: worth
 * knowing.
 */
export type Severity = 'error' | 'warning' | 'note';

/** The kinds by their code, which authors name to silence them; docs/check.md explains each. */
export const FINDING_SEVERITIES = {
  'old-code': 'warning',
  'unread-code': 'warning',
  'unread-widget': 'warning',
  'ignored-option': 'warning',
  'unreadable-access': 'error',
  'unusable-control': 'warning',
  'unusable-condition': 'warning',
  'unchecked-pattern': 'note',
  'unused-choices': 'warning',
  'asks-for-input': 'error',
  'absolute-path': 'warning',
  'installs-packages': 'warning',
  'secret-in-source': 'warning',
  'overwritten-input': 'warning',
  'cell-order': 'error',
  'missing-import': 'warning',
  'uninstallable-packages': 'error',
  'unbuilt-environment': 'warning',
  'large-outputs': 'warning',
  'unknown-connection': 'warning',
  'lost-file': 'note',
  'unknown-code': 'note',
} as const satisfies Readonly<Record<string, Severity>>;

export type FindingCode = keyof typeof FINDING_SEVERITIES;

/** Without `step` and `line` it concerns the script as a whole. */
export interface Finding extends ScriptProblem {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Number of the code cell, from 1, as reports count. */
  readonly step?: number;
  /** Line of its source, from 1. */
  readonly line?: number;
}

/** A finding of the script as a whole. */
export function findingOf(code: FindingCode, problem: ScriptProblem): Finding {
  return { ...problem, code, severity: FINDING_SEVERITIES[code] };
}

/** A finding in a line of a code cell; `cell` counts from 0, `line` from 1. */
export function findingAt(
  code: FindingCode,
  { cell, line }: { readonly cell: number; readonly line: number },
  problem: Omit<ScriptProblem, 'where'>,
): Finding {
  const step = cell + 1;
  return { ...findingOf(code, problem), where: `step ${step}, line ${line}`, step, line };
}

export function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDING_SEVERITIES, code);
}

const RANK: readonly Severity[] = ['error', 'warning', 'note'];

/** The worst first; those of one severity in the order of the code. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const key = ({ severity, step = 0, line = 0 }: Finding) => [RANK.indexOf(severity), step, line] as const;
  return findings.toSorted((a, b) => {
    const [ours, theirs] = [key(a), key(b)];
    return ours[0] - theirs[0] || ours[1] - theirs[1] || ours[2] - theirs[2];
  });
}

/** Those that are more than worth knowing. */
export function urgentFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity !== 'note');
}
