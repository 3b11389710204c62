/** Turns kept tables into files (port). Implemented in `thread/`. */
import type { RunTable, TableFormat } from './table.ts';

export interface TableConverter {
  /**
   * Bytes that are made while they are read, in bounded memory and time. Throws `unavailable` if too many conversions
   * wait or this one takes too long, `gone` without the table's bytes, and `invalid` if the format cannot hold it.
   */
  convert(table: RunTable, format: TableFormat, signal: AbortSignal): AsyncGenerator<Uint8Array>;
}
