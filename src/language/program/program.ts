/** The program among the cells of a notebook, as the languages without a module of ours read it. */
import { markedProgram } from '../../domain/notebook/program-cell.ts';
import type { CalledParameter, ReviewFinding } from '../../domain/parameter/language.ts';
import type { ProgramReading } from './program-argument.ts';
import { readBlockArguments } from './program-block.ts';

export interface FoundProgram extends ProgramReading {
  /** Index among the cells. */
  readonly cell: number;
  readonly name: string;
  readonly source: string;
}

/** Longer programs have no inputs that are read from their code. */
const MOST_CHARS = 200_000;

/** What the block declares counts; else what `read` finds in the code. */
export function findProgram(
  cells: readonly string[],
  read: (source: string) => ProgramReading,
): FoundProgram | undefined {
  const cell = cells.findIndex((source) => markedProgram(source) !== undefined);
  const program = markedProgram(cells[cell] ?? '');
  if (program === undefined) return undefined;
  const { source } = program;
  const reading =
    readBlockArguments(source) ?? (source.length > MOST_CHARS ? { arguments: [], findings: [] } : read(source));
  return { ...program, ...reading, cell };
}

export function calledBy(found: FoundProgram | undefined): CalledParameter[] {
  if (found === undefined) return [];
  const { cell } = found;
  return found.arguments.map(({ name, schema, required, call }) => ({ name, schema, required, call, cell }));
}

export function reviewOf(found: FoundProgram | undefined): ReviewFinding[] {
  if (found === undefined) return [];
  return found.findings.map((finding) => ({ ...finding, code: 'unread-code', cell: found.cell }));
}
