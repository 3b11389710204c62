/** How the code of cells is reviewed in the languages that have one reviewer for all kinds of findings. */
import { markedProgram } from '../../domain/notebook/program-cell.ts';
import type { ReviewFinding } from '../../domain/parameter/language.ts';
import { boundedCode, type RecoveryOf } from '../code-bound.ts';

/** `from`: where it begins in the cell's source. */
export type CodeMark = Omit<ReviewFinding, 'line'> & { readonly from: number };

/** Of one kind; a notebook with more has one cause for all of them. */
const FINDINGS = 20;

/** The cells that are reviewed: those beyond the bounds are empty, a program is as its author wrote it. */
export function reviewedSources(sources: readonly string[], recoveryOf?: RecoveryOf): readonly string[] {
  return boundedCode(sources, recoveryOf).map((source) => markedProgram(source)?.source ?? source);
}

/** With lines; at most 20 of each kind. `sources`: what was reviewed. */
export function withLines(marks: Iterable<CodeMark>, sources: readonly string[]): ReviewFinding[] {
  const counts = new Map<string, number>();
  const findings: ReviewFinding[] = [];
  for (const { from, ...mark } of marks) {
    const count = (counts.get(mark.code) ?? 0) + 1;
    counts.set(mark.code, count);
    if (count > FINDINGS) continue;
    findings.push({ ...mark, line: (sources[mark.cell] ?? '').slice(0, from).split('\n').length });
  }
  return findings;
}
