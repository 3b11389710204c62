/** The tools whose notebooks declare inputs by calls: what they declare, and what their calls need in the kernel. */
import type { CalledParameter, ReviewFinding } from '../../domain/parameter/language.ts';
import { interactSource, isInteract, readInteract } from './python-interact.ts';
import { isMercury, mercurySource, readMercury, reviewMercury } from './python-mercury.ts';
import { hasSqlCells, readSqlCells, sqlSource } from './python-sql.ts';
import { isProgram, programSource, readProgram, reviewProgram } from './python-program.ts';
import { isVoila, readVoila, voilaSource } from './python-voila.ts';
import { databricksSource, isDatabricks, readDatabricks, reviewDatabricks } from './python-databricks.ts';
import { boundedPython } from './python-tree.ts';

/** Each function is given the sources of all code cells; those beyond the bounds are empty, but for `mayBe`. */
interface Convention {
  /** By a quick look at the text: the other functions return nothing unless it is true. */
  mayBe(cells: readonly string[]): boolean;
  read(cells: readonly string[]): readonly CalledParameter[];
  /** Undefined: the notebook is not of this tool. */
  source(cells: readonly string[]): string | undefined;
  review(cells: readonly string[]): readonly ReviewFinding[];
}

const CONVENTIONS: readonly Convention[] = [
  { mayBe: isDatabricks, read: readDatabricks, source: databricksSource, review: reviewDatabricks },
  { mayBe: isMercury, read: readMercury, source: mercurySource, review: reviewMercury },
  { mayBe: isVoila, read: readVoila, source: voilaSource, review: () => [] },
  { mayBe: isProgram, read: readProgram, source: programSource, review: reviewProgram },
  { mayBe: hasSqlCells, read: readSqlCells, source: sqlSource, review: () => [] },
  { mayBe: isInteract, read: readInteract, source: interactSource, review: () => [] },
];

/** The code is parsed only if it may be of one of these tools: for a thousand cells that takes 100 ms at first. */
function readFor(cells: readonly string[]): { readonly used: readonly Convention[]; readonly read: readonly string[] } {
  const used = CONVENTIONS.filter(({ mayBe }) => mayBe(cells));
  return { used, read: used.length === 0 ? [] : boundedPython(cells) };
}

/** In the order of the conventions; of two inputs with the same name the first counts. */
export function readCalls(cells: readonly string[]): CalledParameter[] {
  const found = new Map<string, CalledParameter>();
  const { used, read: bounded } = readFor(cells);
  for (const one of used.flatMap(({ read }) => read(bounded))) if (!found.has(one.name)) found.set(one.name, one);
  return [...found.values()];
}

export function callSource(cells: readonly string[]): string | undefined {
  const { used, read } = readFor(cells);
  const sources = used.flatMap(({ source }) => source(read) ?? []);
  return sources.length === 0 ? undefined : sources.join('\n');
}

export function reviewCalls(cells: readonly string[]): ReviewFinding[] {
  return CONVENTIONS.flatMap(({ review }) => review(cells));
}
