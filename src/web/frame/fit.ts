/** Makes tables, formulas and charts that are wider than the paper smaller for printing, or splits them. */
import { asPrinted, SHEET_WIDTH_PX } from '../print.ts';
import { joinTables, splitTable } from './split.ts';

/** Wider tables are split into parts. */
const SMALLEST = 0.5;
/** What libraries draw, with a width of its own. */
const DRAWN = 'svg, canvas, [data-root-id], .report-chart';
/** Parts are no smaller. */
const SMALLEST_PART = 0.6;

/** While the report is styled for printing in a body of the paper's width. */
export function fitOutputs(): void {
  leaveOutputs();
  for (const table of document.querySelectorAll<HTMLTableElement>('.output table, .prose table')) {
    if (table.parentElement?.closest('table') !== null) continue;
    const room = table.closest('.output, .prose')?.clientWidth ?? 0;
    const ratio = room / table.offsetWidth;
    if (room === 0 || ratio >= 1 || (ratio < SMALLEST && splitTable(table, room, SMALLEST_PART))) continue;
    table.style.setProperty('zoom', String(ratio));
  }
  for (const formula of document.querySelectorAll<HTMLElement>('.katex-display > .katex')) {
    const { clientWidth = 0, scrollWidth = 0 } = formula.parentElement ?? {};
    if (clientWidth > 0 && scrollWidth > clientWidth + 1)
      formula.style.setProperty('zoom', String(clientWidth / scrollWidth));
  }
  for (const output of document.querySelectorAll<HTMLElement>('.output')) {
    const { clientWidth, scrollWidth } = output;
    if (clientWidth > 0 && scrollWidth > clientWidth + 1 && output.querySelector(DRAWN) !== null)
      output.style.setProperty('zoom', String(clientWidth / scrollWidth));
  }
}

/** For a report that is printed by itself. */
export function fitForPaper(): void {
  const { style } = document.body;
  void asPrinted(() => {
    style.inlineSize = `${String(SHEET_WIDTH_PX)}px`;
    fitOutputs();
    style.inlineSize = '';
  });
}

export function leaveOutputs(): void {
  joinTables();
  for (const element of document.querySelectorAll<HTMLElement>(':is(table, .katex, .output)[style*="zoom"]'))
    element.style.removeProperty('zoom');
}
