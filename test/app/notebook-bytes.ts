/** Notebook files from a list of cells. */

export interface CellText {
  readonly source: string;
  readonly tags?: readonly string[];
  readonly type?: 'markdown' | 'code';
}

export function notebookBytes(cells: readonly (string | CellText)[], metadata: object = {}): Uint8Array {
  const written = cells
    .map((cell) => (typeof cell === 'string' ? { source: cell } : cell))
    .map(({ source, tags = [], type = 'code' }: CellText, index) => ({
      id: `cell-${index}`,
      cell_type: type,
      metadata: { tags },
      source,
      ...(type === 'code' ? { outputs: [], execution_count: null } : {}),
    }));
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  return Buffer.from(
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec, ...metadata }, cells: written }),
  );
}
