/** Makes tables that are wider than the paper smaller for printing, so that no column is lost. */
import { asPrinted, SHEET_WIDTH_PX } from '../print.ts';

/** Smaller type cannot be read; a table that is still too wide wraps its cells. */
const SMALLEST = 0.4;

/** While the report is styled for printing in a body of the paper's width. */
export function fitTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('.output table, .prose table')) {
    if (table.parentElement?.closest('table') !== null) continue;
    leave(table);
    const room = table.closest('.output, .prose')?.clientWidth ?? 0;
    const ratio = room / table.offsetWidth;
    if (room === 0 || ratio >= 1) continue;
    const zoom = Math.max(SMALLEST, ratio);
    table.style.setProperty('zoom', String(zoom));
    if (zoom > ratio) {
      table.dataset['squeezed'] = '';
      table.style.width = `${String(room / zoom)}px`;
    }
  }
}

/** For a report that is printed by itself. */
export function fitForPaper(): void {
  const { style } = document.body;
  void asPrinted(() => {
    style.inlineSize = `${String(SHEET_WIDTH_PX)}px`;
    fitTables();
    style.inlineSize = '';
  });
}

export function leaveTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[style*="zoom"]')) leave(table);
}

function leave(table: HTMLTableElement): void {
  if ('squeezed' in table.dataset) table.style.removeProperty('width');
  delete table.dataset['squeezed'];
  table.style.removeProperty('zoom');
}
