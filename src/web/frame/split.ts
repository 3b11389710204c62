/** Splits a table for print into parts of some columns, each with the index: nothing is lost, no number breaks. */

/** Larger tables are made smaller instead: each part is made anew. */
const MAX_CELLS = 20_000;

/**
 * Parts are no smaller than `smallest`. False, and nothing has changed, for tables whose cells span others or that have
 * no columns besides the index.
 */
export function splitTable(table: HTMLTableElement, roomPx: number, smallest: number): boolean {
  const rows = [...table.rows];
  const width = rows[0]?.cells.length ?? 0;
  const index = indexColumns(table);
  const isPlain = rows.every(({ cells }) => cells.length === width && [...cells].every(isSingle));
  if (!isPlain || width * rows.length > MAX_CELLS || index >= width) return false;
  const widths = [...(rows[0]?.cells ?? [])].map(({ offsetWidth }) => offsetWidth);
  const columns = packed(widths, index, roomPx / smallest);
  const widest = Math.max(...columns.map((part) => part.reduce((px, column) => px + (widths[column] ?? 0), 0)));
  const zoom = Math.min(1, roomPx / widest);
  const parts = document.createElement('div');
  parts.className = 'table-parts';
  parts.append(...columns.map((part) => partOf(table, part, zoom)));
  table.dataset['split'] = '';
  table.after(parts);
  return true;
}

/** Puts all split tables back. */
export function joinTables(): void {
  for (const parts of document.querySelectorAll('.table-parts')) parts.remove();
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-split]')) delete table.dataset['split'];
}

function isSingle({ colSpan, rowSpan }: HTMLTableCellElement): boolean {
  return colSpan === 1 && rowSpan === 1;
}

/** How many columns name the rows. */
function indexColumns(table: HTMLTableElement): number {
  const cells = [...(table.tBodies[0]?.rows[0]?.cells ?? [])];
  const first = cells.findIndex(({ tagName }) => tagName !== 'TH');
  return first === -1 ? cells.length : first;
}

/** The columns of each part: the first `index` and a few more, so that all parts are about as wide. */
function packed(widths: readonly number[], index: number, room: number): readonly (readonly number[])[] {
  const sum = (columns: readonly number[]) => columns.reduce((px, column) => px + column, 0);
  const names = widths.slice(0, index).map((_, column) => column);
  const free = room - sum(widths.slice(0, index));
  const others = sum(widths.slice(index));
  const even = others / Math.max(1, Math.ceil(others / free));
  const parts: number[][] = [];
  let taken = 0;
  for (const [at, px] of widths.slice(index).entries()) {
    if (parts.length === 0 || (taken > 0 && (taken + px > free || taken + px / 2 > even))) {
      parts.push([...names]);
      taken = 0;
    }
    parts.at(-1)?.push(index + at);
    taken += px;
  }
  return parts;
}

function partOf(table: HTMLTableElement, columns: readonly number[], zoom: number): HTMLTableElement {
  const part = table.cloneNode(true) as HTMLTableElement;
  const kept = new Set(columns);
  for (const row of part.rows)
    for (const [column, cell] of [...row.cells].entries()) if (!kept.has(column)) cell.remove();
  part.style.setProperty('zoom', String(zoom));
  return part;
}
