/** The tools whose notebooks declare inputs by calls: what they declare, and what their calls need in the kernel. */
import type { CalledParameter, ReviewFinding } from '../../domain/parameter/language.ts';
import { interactSource, readInteract } from './python-interact.ts';
import { mercurySource, readMercury, reviewMercury } from './python-mercury.ts';
import { readSqlCells, sqlSource } from './python-sql.ts';
import { programSource, readProgram, reviewProgram } from './python-program.ts';
import { readVoila, voilaSource } from './python-voila.ts';
import { databricksSource, readDatabricks, reviewDatabricks } from './python-databricks.ts';

/** Each function is given the sources of all code cells. */
interface Convention {
  read(cells: readonly string[]): readonly CalledParameter[];
  /** Undefined: the notebook is not of this tool. */
  source(cells: readonly string[]): string | undefined;
  review(cells: readonly string[]): readonly ReviewFinding[];
}

const CONVENTIONS: readonly Convention[] = [
  { read: readDatabricks, source: databricksSource, review: reviewDatabricks },
  { read: readMercury, source: mercurySource, review: reviewMercury },
  { read: readVoila, source: voilaSource, review: () => [] },
  { read: readProgram, source: programSource, review: reviewProgram },
  { read: readSqlCells, source: sqlSource, review: () => [] },
  { read: readInteract, source: interactSource, review: () => [] },
];

/** In the order of the conventions; of two inputs with the same name the first counts. */
export function readCalls(cells: readonly string[]): CalledParameter[] {
  const found = new Map<string, CalledParameter>();
  for (const one of CONVENTIONS.flatMap(({ read }) => read(cells))) if (!found.has(one.name)) found.set(one.name, one);
  return [...found.values()];
}

export function callSource(cells: readonly string[]): string | undefined {
  const sources = CONVENTIONS.flatMap(({ source }) => source(cells) ?? []);
  return sources.length === 0 ? undefined : sources.join('\n');
}

export function reviewCalls(cells: readonly string[]): ReviewFinding[] {
  return CONVENTIONS.flatMap(({ review }) => review(cells));
}
