/** What the labelled figures and tables of a report are called: “Figure 2”, by label, in the notebook’s order. */
import { readCellOptions } from '../domain/notebook/cell-option.ts';
import type { ReportCell } from '../domain/report/report.ts';
import { visibilityOf } from './cell-hidden.ts';
import { WORDS } from './report-text.ts';

export type References = ReadonlyMap<string, string>;

const MOST_LABELS = 2_000;
/** Pictures and captions of tables in text, as Quarto labels them: `![Sales](sales.png){#fig-sales}`. */
const IN_TEXT = /(?:\)|^:[ \t].{0,500}?)\{#((?:fig|tbl)-[\w-]{1,200})/gm;

/** MyST's directives with their options, and its targets with the line that follows them. */
const DIRECTIVE =
  /^[ \t]{0,9}(?::{3,}|`{3,}|~{3,})[ \t]{0,9}\{(figure|image|table)\}.{0,2000}\n((?:[ \t]{0,9}:[\w-]{1,50}:.{0,2000}\n){0,20})/gm;
const TARGET = /^ {0,3}\(([^()\s][^()\n]{0,199})\)=[ \t]{0,9}\n(?:[ \t]{0,9}\n){0,3}(.{0,500})/gm;

interface Labelled {
  readonly at: number;
  readonly labels: readonly string[];
  /** What is numbered; absent: it is called `name`. */
  readonly kind?: 'figure' | 'table';
  readonly name?: string;
}

/** In the order of the text. */
function labelsInText(source: string): readonly Labelled[] {
  const found: Labelled[] = [];
  if (source.includes('{#'))
    for (const { index, 1: label = '' } of source.matchAll(IN_TEXT))
      found.push({ at: index, labels: [label], kind: label.startsWith('tbl-') ? 'table' : 'figure' });
  /** Those of figures, by where their blocks begin. */
  const before = new Map<number, string>();
  if (source.includes(')='))
    for (const { index, 0: whole, 1: label = '', 2: next = '' } of source.matchAll(TARGET)) {
      if (/\{(?:figure|image|table)\}/.test(next)) before.set(index + whole.length - next.length, label.trim());
      else found.push({ at: index, labels: [label.trim()], name: headingText(next) ?? label.trim() });
    }
  if (/\{(?:figure|image|table)\}/.test(source))
    for (const { index, 1: directive, 2: options = '' } of source.matchAll(DIRECTIVE)) {
      const [, own] = /:(?:name|label):[ \t]*(.*?)[ \t]*$/m.exec(options) ?? [];
      const labels = [before.get(index), own].filter((label) => label !== undefined && label !== '') as string[];
      if (labels.length > 0) found.push({ at: index, labels, kind: directive === 'table' ? 'table' : 'figure' });
    }
  return found.toSorted((a, b) => a.at - b.at);
}

function headingText(line: string): string | undefined {
  const [, text] = /^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$/.exec(line) ?? [];
  return text?.replace(/[*_`]/g, '');
}

/** Depends only on the notebook. A label that is given twice is that of the first. */
export function reportReferences(cells: readonly ReportCell[]): References {
  const found = new Map<string, string>();
  const counts = { figure: 0, table: 0 };
  const set = (labels: readonly string[], name: () => string) => {
    const fresh = labels.filter((label) => !found.has(label));
    if (fresh.length === 0 || found.size >= MOST_LABELS) return;
    const said = name();
    for (const label of fresh) found.set(label, said);
  };
  const add = (labels: readonly string[], kind: 'figure' | 'table') =>
    set(labels, () => (kind === 'table' ? WORDS.tableNumber(++counts.table) : WORDS.figureNumber(++counts.figure)));
  for (const cell of cells) {
    if (cell.type === 'markdown')
      for (const { labels, kind, name = '' } of labelsInText(cell.source))
        if (kind === undefined) set(labels, () => name);
        else add(labels, kind);
    if (cell.type !== 'code' || visibilityOf(cell, 'output') === 'removed') continue;
    const given = readCellOptions(cell.source);
    const label = given.get('label');
    const isTable = label?.startsWith('tbl-') === true || given.has('tbl-cap');
    // others are names of cells
    if (label !== undefined && (/^(?:fig|tbl)-/.test(label) || given.has('fig-cap') || given.has('tbl-cap')))
      add([label], isTable ? 'table' : 'figure');
  }
  return found;
}
