/** Tables as an Excel workbook in which text is text, never a formula. */
import { writeXlsxStream, type CellValue, type ColumnDef } from 'hucre/xlsx';
import { SHEET_ROWS } from '../domain/run/table.ts';
import { TableError } from './table-error.ts';
import type { Column, Value } from './table-column.ts';
import { isTimed, type TableRows } from './table-row.ts';
import { durationText, offsetMinutes, splitTime, timeText } from './table-time.ts';

const SHEET_COLUMNS = 16_384;
/** Of a cell. */
const CELL_CHARS = 32_767;
/** More digits are lost in Excel's numbers. */
const MOST_EXACT = 10 ** 15;
/** The first day that Excel knows by the same number as other programs. */
const FIRST_MS = Date.UTC(1900, 2, 1);
const END_MS = Date.UTC(10_000, 0, 1);
const DAY_MS = 86_400_000;
const WIDEST = 60;
const NARROWEST = 9;

const FORMATS: Readonly<Partial<Record<Column['type'], string>>> = {
  date: 'yyyy-mm-dd',
  datetime: 'yyyy-mm-dd hh:mm:ss',
  duration: '[h]:mm:ss',
};

/** Throws `TableError` for a table that no sheet holds. `name`: of the sheet. */
export async function* writeXlsx(rows: TableRows, name: string): AsyncGenerator<Uint8Array> {
  const { columns } = rows.header;
  if (columns.length > SHEET_COLUMNS) throw new TableError('an Excel sheet holds 16,384 columns at most');
  const sheet = {
    name: sheetName(name),
    columns: columns.map(columnOf),
    freezePane: { rows: 1 },
  };
  for await (const bytes of writeXlsxStream(cells(rows), sheet)) yield bytes;
}

async function* cells({ header: { columns }, blocks }: TableRows): AsyncGenerator<CellValue[]> {
  let count = 1;
  for await (const rows of blocks)
    for (const row of rows) {
      count += 1;
      if (count > SHEET_ROWS) throw new TableError('an Excel sheet holds 1,048,575 rows at most');
      yield row.map((value, at) => cell(value, columns[at]!));
    }
}

function columnOf(column: Column): ColumnDef {
  const numFmt = FORMATS[column.type];
  const width = Math.min(
    Math.max(column.name.length + 3, numFmt === undefined ? NARROWEST : numFmt.length + 2),
    WIDEST,
  );
  return { header: plain(column.name), width, ...(numFmt === undefined ? {} : { numFmt }) };
}

function cell(value: Value, column: Column): CellValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return column.type === 'decimal' ? decimal(value) : plain(value);
  if (column.type === 'duration') return duration(value, column);
  if (isTimed(column)) return date(value, column);
  const isExact = column.type === 'number' || Math.abs(Number(value)) < MOST_EXACT;
  return isExact && Number.isFinite(Number(value)) ? Number(value) : String(value);
}

function decimal(text: string): CellValue {
  return /^-?\d+(\.\d+)?$/.test(text) && text.replace(/\D/g, '').replace(/^0+/, '').length <= 15 ? Number(text) : text;
}

/** Excel knows no zones: the clock time that the table shows. */
function date(value: number | bigint, column: Column): CellValue {
  const time = splitTime(value, column.unit);
  if (time === undefined) return String(value);
  const ms = time.ms + (column.zone === undefined ? 0 : offsetMinutes(column.zone, time.ms) * 60_000);
  return ms >= FIRST_MS && ms < END_MS ? new Date(ms) : timeText(value, column, ' ');
}

function duration(value: number | bigint, { unit }: Column): CellValue {
  const time = splitTime(value, unit);
  return time === undefined || time.ms < 0 ? durationText(value, unit) : (time.ms + time.ns / 1e6) / DAY_MS;
}

/** Without control characters that XML forbids. */
function plain(text: string): string {
  return text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
    .toWellFormed()
    .slice(0, CELL_CHARS);
}

/** 31 characters, none of `[]:*?/\`. */
function sheetName(name: string): string {
  return (
    plain(name)
      .replace(/[[\]:*?/\\]/g, '-')
      .replace(/^['\s]+|['\s]+$/g, '')
      .slice(0, 31) || 'Sheet1'
  );
}
