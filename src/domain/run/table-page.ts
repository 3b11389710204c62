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

export interface TablePageRows {
  /** Rows that fit. */
  readonly count: number;
  readonly rows: readonly (readonly PageCell[])[];
}

export interface TablePage extends TablePageRows, Pick<RunTable, 'columns' | 'index'> {
  /** All rows that are kept. */
  readonly kept: number;
}

/** Reads pages of kept tables (port). Implemented in `thread/`. */
export interface TablePager {
  /**
   * In bounded memory and time. Throws `invalid` for a column that the table does not have, or a table that is too
   * large, `gone` without the table's bytes, and `unavailable` if too many requests wait or this one takes too long.
   */
  page(table: RunTable, query: TableQuery, signal: AbortSignal): Promise<TablePageRows>;
}

/** What an untrusted sender asks for, without anything else; undefined for anything that is no query. Never throws. */
export function readTableQuery(data: unknown): TableQuery | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { offset, limit, sort, filters } = data as Record<string, unknown>;
  if (!isWhole(offset, 2 ** 31) || !isWhole(limit, PAGE_ROWS) || limit === 0) return undefined;
  if (!Array.isArray(filters) || filters.length > PAGE_FILTERS || !filters.every(isFilter)) return undefined;
  if (sort !== undefined && !isSort(sort)) return undefined;
  return {
    offset,
    limit,
    ...(sort === undefined ? {} : { sort: { column: sort.column, isDescending: sort.isDescending } }),
    filters: filters.map(({ column, text }) => ({ column, text })),
  };
}

function isSort(data: unknown): data is NonNullable<TableQuery['sort']> {
  if (typeof data !== 'object' || data === null) return false;
  const { column, isDescending } = data as Record<string, unknown>;
  return isWhole(column, 9_999) && typeof isDescending === 'boolean';
}

function isFilter(data: unknown): data is TableFilter {
  if (typeof data !== 'object' || data === null) return false;
  const { column, text } = data as Record<string, unknown>;
  return isWhole(column, 9_999) && typeof text === 'string' && text.length <= FILTER_CHARS;
}

function isWhole(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}
