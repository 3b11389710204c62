/** Makes tables that are wider than the paper smaller for printing, or splits them, so that no column is lost. */
import { asPrinted, SHEET_WIDTH_PX } from '../print.ts';
import { joinTables, splitTable } from './split.ts';

/** Wider tables are split into parts. */
const SMALLEST = 0.5;
/** Parts are no smaller. */
const SMALLEST_PART = 0.6;

/** While the report is styled for printing in a body of the paper's width. */
export function fitTables(): void {
  leaveTables();
  for (const table of document.querySelectorAll<HTMLTableElement>('.output table, .prose table')) {
    if (table.parentElement?.closest('table') !== null) continue;
    const room = table.closest('.output, .prose')?.clientWidth ?? 0;
    const ratio = room / table.offsetWidth;
    if (room === 0 || ratio >= 1 || (ratio < SMALLEST && splitTable(table, room, SMALLEST_PART))) continue;
    table.style.setProperty('zoom', String(ratio));
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
  joinTables();
  for (const table of document.querySelectorAll<HTMLTableElement>('table[style*="zoom"]'))
    table.style.removeProperty('zoom');
}
