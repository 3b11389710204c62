/** Pages of kept tables: what readers who page through, sort and filter all rows of a table ask for, and get. */
import type { RunTable } from './table.ts';

/** Rows of one page at most. */
export const PAGE_ROWS = 200;
export const PAGE_FILTERS = 20;
export const FILTER_CHARS = 200;

export interface TableQuery {
  /** Of the first row, among those that fit. */
  readonly offset: number;
  readonly limit: number;
  /** Absent: as the notebook has them. */
  readonly sort?: { readonly column: number; readonly isDescending: boolean };
  /** Each must fit. */
  readonly filters: readonly TableFilter[];
}

export interface TableFilter {
  /** Position among the table's columns, from 0. */
  readonly column: number;
  /** Part of the text, or a comparison, as `chooser` reads it. */
  readonly text: string;
}

/** As in JSON downloads; times have a space between date and clock. */
export type PageCell = null | string | number | boolean;

export interface TablePage {
  /** Rows that fit. */
  readonly count: number;
  readonly rows: readonly (readonly PageCell[])[];
}

/** Reads pages of kept tables (port). Implemented in `thread/`. */
export interface TablePager {
  /**
   * In bounded memory and time. Throws `invalid` for a column that the table does not have, or a table that is too
   * large, `gone` without the table's bytes, and `unavailable` if too many requests wait or this one takes too long.
   */
  page(table: RunTable, query: TableQuery, signal: AbortSignal): Promise<TablePage>;
}
