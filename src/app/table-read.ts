/** The tables that a run's cells showed and that are kept in full: which there are, and each in a format. */
import type { Actor } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import type { TableConverter } from '../domain/run/table-converter.ts';
import type { TablePage, TablePager, TableQuery } from '../domain/run/table-page.ts';
import { SHEET_ROWS, TABLE_FORMATS, type RunTable, type TableFormat } from '../domain/run/table.ts';
import type { ReportService } from './report/report-service.ts';
import { readKeptRun } from './run/run-read.ts';

const MOST_FOUND = 1_000;

export interface TableContext {
  readonly runs: Pick<RunStore, 'find' | 'isShared'>;
  readonly reports: Pick<ReportService, 'listTables'>;
  readonly tables?: TableConverter | undefined;
}

export interface TablePageContext extends Omit<TableContext, 'tables'> {
  readonly tablePages?: TablePager | undefined;
  /** Tables that were found before: the next page is there without the report's log. */
  readonly found: Map<string, RunTable>;
}

export interface TablePageRequest {
  readonly id: string;
  readonly name: string;
  readonly query: TableQuery;
  readonly signal: AbortSignal;
}

export interface OpenTable {
  readonly table: RunTable;
  readonly fileName: string;
  readonly mime: string;
  readonly stream: AsyncGenerator<Uint8Array>;
}

export interface TableRequest {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly signal: AbortSignal;
}

/** In the order in which they were shown. Throws `not-found` and `gone`. */
export async function listTables(
  { runs, reports }: TableContext,
  actor: Actor,
  id: string,
): Promise<readonly RunTable[]> {
  await readKeptRun({ runs }, actor, id);
  return reports.listTables(actor, id);
}

/** The first bytes are there when it settles. Throws as `listTables` and `TableConverter.convert`. */
export async function openTable(ctx: TableContext, actor: Actor, request: TableRequest): Promise<OpenTable> {
  const { id, name, format, signal } = request;
  if (!isFormat(format))
    throw new AppError(
      'invalid',
      `There is no format “${format}”. Use one of ${Object.keys(TABLE_FORMATS).join(', ')}.`,
    );
  const table = (await listTables(ctx, actor, id)).find((one) => one.name === name);
  if (table === undefined || ctx.tables === undefined) throw noSuchTable();
  if (format === 'xlsx' && table.rows >= SHEET_ROWS)
    throw new AppError('invalid', 'An Excel sheet holds 1,048,575 rows at most. Choose another format.');
  const stream = ctx.tables.convert(table, format, signal);
  return {
    table,
    fileName: `${table.name}.${format}`,
    mime: TABLE_FORMATS[format].mime,
    stream: withFirst(await stream.next(), stream),
  };
}

/** Rows of the table, sorted and filtered as the reader wants. Throws as `listTables` and `TablePager.page`. */
export async function readTablePage(
  ctx: TablePageContext,
  actor: Actor,
  { id, name, query, signal }: TablePageRequest,
): Promise<TablePage> {
  const { attempt } = await readKeptRun(ctx, actor, id);
  const key = JSON.stringify([id, attempt, name]);
  const table = ctx.found.get(key) ?? (await ctx.reports.listTables(actor, id)).find((one) => one.name === name);
  if (table === undefined || ctx.tablePages === undefined) throw noSuchTable();
  if (ctx.found.size >= MOST_FOUND) ctx.found.clear();
  ctx.found.set(key, table);
  const { columns, index, rows: kept } = table;
  return { ...(await ctx.tablePages.page(table, query, signal)), columns, index, kept };
}

function noSuchTable(): AppError {
  return new AppError('not-found', 'This report keeps no such table.');
}

function isFormat(format: string): format is TableFormat {
  return Object.hasOwn(TABLE_FORMATS, format);
}

/** A stream of which `first` was taken already. */
export async function* withFirst(
  first: IteratorResult<Uint8Array>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.done === true) return;
    yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
