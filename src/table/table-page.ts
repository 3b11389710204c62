/** Pages of a table in memory, sorted and filtered. What was computed for one page serves the next. */
import { LRUCache } from 'lru-cache';
import { chooser } from '../domain/run/table-order.ts';
import { PAGE_ROWS, type PageCell, type TablePageRows, type TableQuery } from '../domain/run/table-page.ts';
import type { Column, Value } from './table-column.ts';
import { TableError } from './table-error.ts';
import type { MemoryTable } from './table-open.ts';
import { sortColumn } from './table-sort.ts';
import { isTimed } from './table-row.ts';
import { durationText, timeText } from './table-time.ts';

/** Orders, and selections of rows, that are kept; each takes four bytes for a row. */
const KEPT = 6;
/** Of all cells of a page, and of one. */
const PAGE_CHARS = 4_000_000;
const CELL_CHARS = 2_000;
const FEWEST_CHARS = 40;

export interface TablePages {
  /** Memory that it takes at most. */
  readonly bytes: number;
  /** Throws `TableError` for a column that there is not. */
  page(query: TableQuery): TablePageRows;
}

export function createPages(table: MemoryTable): TablePages {
  const orders = new LRUCache<string, Uint32Array>({ max: KEPT });
  const selections = new LRUCache<string, Uint32Array>({ max: KEPT });

  function selection({ sort, filters }: TableQuery): Uint32Array | undefined {
    const inOrder =
      sort === undefined
        ? undefined
        : remembered(orders, JSON.stringify(sort), () =>
            sortColumn(table.values[sort.column]!, table.columns[sort.column]!, sort.isDescending),
          );
    if (filters.length === 0) return inOrder;
    return remembered(selections, JSON.stringify([sort, filters]), () => chosen(table, filters, inOrder));
  }

  return {
    bytes: table.bytes + 2 * KEPT * 4 * table.rows,
    page(query) {
      for (const column of [query.sort, ...query.filters].flatMap((one) => one?.column ?? []))
        if (table.columns[column] === undefined)
          throw new TableError(`it has the columns 0 to ${table.columns.length - 1}, and no column ${column}`);
      const rows = selection(query);
      const count = rows?.length ?? table.rows;
      const size = Math.max(0, Math.min(query.limit, PAGE_ROWS, count - query.offset));
      const chars = Math.min(CELL_CHARS, Math.max(FEWEST_CHARS, PAGE_CHARS / (size * table.columns.length)));
      const cellsOf = (at: number) =>
        table.columns.map((column, each) => shortened(pageCell(table.values[each]!.at(at), column), chars));
      return {
        count,
        rows: Array.from({ length: size }, (_none, at) => cellsOf(rows?.[query.offset + at] ?? query.offset + at)),
      };
    },
  };
}

function remembered(known: LRUCache<string, Uint32Array>, key: string, make: () => Uint32Array): Uint32Array {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

function chosen(
  { columns, values, rows }: MemoryTable,
  filters: TableQuery['filters'],
  order: Uint32Array | undefined,
): Uint32Array {
  const tests = filters.map(({ column, text }) => ({
    fits: chooser(text),
    column: columns[column]!,
    values: values[column]!,
  }));
  const found = new Uint32Array(rows);
  let count = 0;
  for (let at = 0; at < rows; at += 1) {
    const row = order?.[at] ?? at;
    if (tests.every((test) => test.fits(cellText(test.values.at(row), test.column)))) found[count++] = row;
  }
  return found.slice(0, count);
}

/** Empty for a missing value. */
function cellText(value: Value, column: Column): string {
  const cell = pageCell(value, column);
  return cell === null ? '' : String(cell);
}

function pageCell(value: Value, column: Column): PageCell {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (column.type === 'duration') return durationText(value, column.unit);
  if (isTimed(column)) return timeText(value, column, ' ');
  return typeof value === 'bigint' || !Number.isFinite(value) ? String(value) : value;
}

function shortened(cell: PageCell, chars: number): PageCell {
  return typeof cell === 'string' && cell.length > chars ? `${cell.slice(0, chars).toWellFormed()}…` : cell;
}
