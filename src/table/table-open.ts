/** A kept table with all its rows in memory, so that pages of it can be read in any order. */
import { packColumn, type PackedColumn } from './table-pack.ts';
import type { Column, Value } from './table-column.ts';
import { TableError } from './table-error.ts';
import { openTable } from './table-read.ts';

export interface MemoryTable {
  readonly columns: readonly Column[];
  readonly values: readonly PackedColumn[];
  readonly rows: number;
  readonly bytes: number;
}

/** Positions of rows are counted in 32 bits. */
const MOST_ROWS = 2 ** 31;

/** `chunks`: the blob of the table. Throws `TableError`, also if it would take more memory than `limitBytes`. */
export async function readIntoMemory(chunks: AsyncIterable<Uint8Array>, limitBytes: number): Promise<MemoryTable> {
  const { header, blocks } = await openTable(chunks);
  const packers = header.columns.map(() => packColumn());
  let rows = 0;
  for await (const block of blocks) {
    for (const [at, values] of block.entries()) packers[at]!.add(values as readonly Value[]);
    rows += block[0]?.length ?? 0;
    const bytes = packers.reduce((sum, packer) => sum + packer.bytes, 0);
    if (bytes > limitBytes || rows > MOST_ROWS) throw new TableError('it is too large to be shown here; download it');
  }
  const values = packers.map((packer) => packer.finish());
  return { columns: header.columns, values, rows, bytes: values.reduce((sum, { bytes }) => sum + bytes, 0) };
}
