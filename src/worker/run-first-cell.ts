/** The first cells of a run, which its kernel may execute while it takes the run. */
import type { KernelRequest } from '../domain/kernel/kernel.ts';
import type { Cell } from '../domain/notebook/notebook.ts';

/** Bounds of what is sent along with the run: cells, and characters of them all. */
const MOST_CELLS = 8;
const MOST_CHARS = 16_000;

/**
 * Those up to the first that may do more than import modules and assign values. `injected`: position of the cell that
 * carries the values; the kernel sees whether it only assigns them. `after`: position of the last cell that its kernel
 * has executed already.
 */
export function firstCells(
  cells: readonly Cell[],
  injected: number | undefined,
  isPlain: (cell: Cell) => boolean,
  after = -1,
): NonNullable<KernelRequest['firstCells']> {
  const first: { readonly index: number; readonly source: string }[] = [];
  let chars = 0;
  for (const [index, cell] of cells.entries()) {
    if (index <= after || !isExecuted(cell)) continue;
    chars += cell.source.length;
    const isPossible = cell.source.isWellFormed() && !cell.tags.includes('raises-exception');
    if (!isPossible || first.length === MOST_CELLS || chars > MOST_CHARS) break;
    if (index !== injected && !isPlain(cell)) break;
    first.push({ index, source: cell.source });
  }
  return first;
}

/** The one behind all of these, see `firstCells`; undefined: there is none, or it cannot be encoded. */
export function cellBehind(
  cells: readonly Cell[],
  first: NonNullable<KernelRequest['firstCells']>,
  after = -1,
): { readonly cell: number; readonly source: string } | undefined {
  const last = first.at(-1)?.index ?? after;
  const cell = cells.findIndex((each, index) => index > last && isExecuted(each));
  const source = cells[cell]?.source;
  return source?.isWellFormed() === true ? { cell, source } : undefined;
}

/** Whether a run executes it. */
export function isExecuted({ type, tags, source }: Cell): boolean {
  return type === 'code' && !tags.includes('skip-execution') && source.trim() !== '';
}
