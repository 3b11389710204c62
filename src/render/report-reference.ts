/** What the labelled figures and tables of a report are called: “Figure 2”, by label, in the notebook’s order. */
import { readCellOptions } from '../domain/notebook/cell-option.ts';
import type { ReportCell } from '../domain/report/report.ts';
import { visibilityOf } from './cell-hidden.ts';
import { WORDS } from './report-text.ts';

export type References = ReadonlyMap<string, string>;

const MOST_LABELS = 2_000;
/** Pictures and captions of tables in text, as Quarto labels them: `![Sales](sales.png){#fig-sales}`. */
const IN_TEXT = /(?:\)|^:[ \t].{0,500}?)\{#((?:fig|tbl)-[\w-]{1,200})/gm;

/** Depends only on the notebook. A label that is given twice is that of the first. */
export function reportReferences(cells: readonly ReportCell[]): References {
  const found = new Map<string, string>();
  const counts = { figure: 0, table: 0 };
  const add = (label: string, isTable: boolean) => {
    if (found.has(label) || found.size >= MOST_LABELS) return;
    const kind = isTable ? 'table' : 'figure';
    counts[kind] += 1;
    found.set(label, isTable ? WORDS.tableNumber(counts.table) : WORDS.figureNumber(counts.figure));
  };
  for (const cell of cells) {
    if (cell.type === 'markdown' && cell.source.includes('{#'))
      for (const [, label = ''] of cell.source.matchAll(IN_TEXT)) add(label, label.startsWith('tbl-'));
    if (cell.type !== 'code' || visibilityOf(cell, 'output') === 'removed') continue;
    const given = readCellOptions(cell.source);
    const label = given.get('label');
    const isTable = label?.startsWith('tbl-') === true || given.has('tbl-cap');
    // others are names of cells
    if (label !== undefined && (/^(?:fig|tbl)-/.test(label) || given.has('fig-cap') || given.has('tbl-cap')))
      add(label, isTable);
  }
  return found;
}
