/** Inserts the cell with the values of a run into a notebook, by papermill's rule. */
import type { Cell, Notebook } from './notebook.ts';

export interface Injection {
  readonly notebook: Notebook;
  /** Position of the injected cell in `notebook`. */
  readonly at: number;
  /** True if it replaced an earlier run's cell. */
  readonly replaces: boolean;
}

/**
 * Replaces the first cell tagged `injected-parameters`; else is inserted after the first one tagged `parameters`; else
 * first. Source: https://papermill.readthedocs.io/en/latest/usage-parameterize.html
 */
export function injectParameters(notebook: Notebook, source: string): Injection {
  const { cells } = notebook;
  const at = injectionPlace(notebook);
  const replaces = cells[at]?.tags.includes('injected-parameters') === true;
  const injected = [...cells.slice(0, at), injectedCell(cells, source), ...cells.slice(replaces ? at + 1 : at)];
  return { notebook: { ...notebook, cells: injected }, at, replaces };
}

/** Position of the injected cell: the cells before it have run when values are inserted. */
export function injectionPlace({ cells }: Notebook): number {
  const earlier = cells.findIndex(({ tags }) => tags.includes('injected-parameters'));
  return earlier >= 0 ? earlier : cells.findIndex(isParametersCell) + 1;
}

export function isParametersCell(cell: Cell): boolean {
  return cell.type === 'code' && cell.tags.includes('parameters');
}

function injectedCell(cells: readonly Cell[], source: string): Cell {
  let id = 'injected-parameters';
  while (cells.some((cell) => cell.id === id)) id += '-x';
  const tags = ['injected-parameters'];
  return { id, type: 'code', source, tags, metadata: { tags }, attachments: {}, outputs: [], executionCount: null };
}
