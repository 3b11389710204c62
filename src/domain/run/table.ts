/** Tables that cells showed and that are kept in full with the run (ADR 0017). */

export type ColumnType =
  'text' | 'integer' | 'number' | 'boolean' | 'decimal' | 'date' | 'datetime' | 'duration' | 'json';

export const COLUMN_TYPES: readonly ColumnType[] = [
  'text',
  'integer',
  'number',
  'boolean',
  'decimal',
  'date',
  'datetime',
  'duration',
  'json',
];

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** Bounds that a table reached: what is kept of it is its beginning, or has shortened cells. */
export type TableCut = 'rows' | 'columns' | 'bytes' | 'time' | 'cells';

export const TABLE_CUTS: readonly TableCut[] = ['rows', 'columns', 'bytes', 'time', 'cells'];

export interface RunTable {
  /** Of the output that shows it. */
  readonly key: string;
  /** Unique in the run; a file name without extension. */
  readonly name: string;
  /** The first `index` of them are the table's index. */
  readonly columns: readonly TableColumn[];
  readonly index: number;
  /** Kept; `total` is what the notebook has. */
  readonly rows: number;
  readonly total: { readonly rows: number; readonly columns: number };
  readonly cut: readonly TableCut[];
  /** Of the blob: `application/vnd.script-runner.table`, gzip. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** What the author's tables may take; of one table, unless it says otherwise. */
export interface TableLimits {
  /** Off: none is kept. */
  readonly isOn: boolean;
  readonly rows: number;
  /** Uncompressed, as the kernel writes it. */
  readonly bytes: number;
  /** Time that the kernel takes to write it. */
  readonly ms: number;
}

/** Columns of a table, and tables of a run, that are kept; fixed. */
export const TABLE_COLUMNS = 1_000;
export const RUN_TABLES = 100;
/** All tables of a run together, in multiples of `TableLimits.bytes`. */
export const RUN_TABLE_BYTES = 3;

/** Rows of an Excel sheet, with the header. */
export const SHEET_ROWS = 1_048_576;

export type TableFormat = 'csv' | 'xlsx' | 'json' | 'parquet';

export const TABLE_FORMATS: Readonly<Record<TableFormat, { readonly label: string; readonly mime: string }>> = {
  csv: { label: 'CSV', mime: 'text/csv; charset=utf-8' },
  xlsx: { label: 'Excel', mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
  json: { label: 'JSON', mime: 'application/json; charset=utf-8' },
  parquet: { label: 'Parquet', mime: 'application/vnd.apache.parquet' },
};
