/** Tables as CSV that spreadsheets open correctly and that cannot execute anything there. */
import { isTimed, type TableRows } from './table-row.ts';
import type { Column, Value } from './table-column.ts';
import { durationText, timeText } from './table-time.ts';

/**
 * Spreadsheets take a cell that begins with one of these for a formula. The same as in
 * `python/script_runner/_csv.py`; https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(\d[\d.,]*|[.,]\d+)([eE][+-]?\d+)?%?$/;
const BYTE_ORDER_MARK = '﻿';

/** UTF-8 with a byte order mark, by which Excel recognises it; RFC 4180; missing values empty. */
export async function* writeCsv({ header, blocks }: TableRows): AsyncGenerator<string> {
  const { columns } = header;
  yield BYTE_ORDER_MARK + line(columns.map(({ name }) => quoted(inert(name))));
  for await (const rows of blocks)
    yield rows.map((row) => line(row.map((value, at) => cellText(value, columns[at]!)))).join('');
}

function line(cells: readonly string[]): string {
  // one empty cell alone would be an empty line, which readers skip
  return `${cells.length === 1 && cells[0] === '' ? '""' : cells.join(',')}\r\n`;
}

function cellText(value: Value, column: Column): string {
  if (value === null) return '';
  if (typeof value === 'string') return quoted(inert(value));
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (column.type === 'duration') return durationText(value, column.unit);
  if (isTimed(column)) return timeText(value, column, ' ');
  return numberText(value);
}

/** As Python writes them. */
function numberText(value: number | bigint): string {
  if (value === Infinity || value === -Infinity) return value > 0 ? 'inf' : '-inf';
  return Number.isNaN(value) ? 'nan' : String(value);
}

function inert(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
