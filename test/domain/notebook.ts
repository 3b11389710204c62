/** Small notebooks for tests. */
import type { Cell, Notebook } from '../../src/domain/notebook/notebook.ts';

export function cell(type: Cell['type'], source: string, more: Partial<Cell> = {}): Cell {
  return { id: 'x', type, source, tags: [], metadata: {}, attachments: {}, outputs: [], executionCount: null, ...more };
}

export function notebook(...cells: readonly Cell[]): Notebook {
  return {
    cells: cells.map((item, index) => ({ ...item, id: `cell-${index}` })),
    metadata: {},
    kernelName: 'python3',
    language: 'python',
  };
}
