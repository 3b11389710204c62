/** A kept table in another format, as bytes that are made while they are read. */
import type { TableFormat } from '../domain/run/table.ts';
import { writeCsv } from './table-csv.ts';
import { writeJson } from './table-json.ts';
import { writeParquet } from './table-parquet.ts';
import { openTable } from './table-read.ts';
import { byRows } from './table-row.ts';
import { writeXlsx } from './table-xlsx.ts';

/** `chunks`: the blob of the table. Throws `TableError`. */
export async function* convertTable(
  chunks: AsyncIterable<Uint8Array>,
  format: TableFormat,
  name: string,
): AsyncGenerator<Uint8Array> {
  const table = await openTable(chunks);
  switch (format) {
    case 'csv':
      return yield* encoded(writeCsv(byRows(table)));
    case 'json':
      return yield* encoded(writeJson(byRows(table)));
    case 'xlsx':
      return yield* writeXlsx(byRows(table), name);
    case 'parquet':
      return yield* writeParquet(table);
  }
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}
