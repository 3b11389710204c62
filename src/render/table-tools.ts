/** What stands at a table that is kept in full: its downloads, and which part of it they have. */
import type { ReportDisplay } from '../domain/report/report.ts';
import { SHEET_ROWS, TABLE_FORMATS, type RunTable, type TableCut, type TableFormat } from '../domain/run/table.ts';
import { numberFormat } from '../domain/text/intl.ts';
import { attributes, escapeHtml } from './html.ts';
import type { RenderOptions } from './options.ts';
import { WORDS } from './report-text.ts';

/** Which setting names the bound. */
const SETTINGS: Readonly<Partial<Record<TableCut, string>>> = {
  rows: 'table_rows',
  bytes: 'table_limit',
  time: 'table_time',
};

/** Empty for an output that shows no table. Files have no downloads: they say where the rows they leave out are. */
export function renderTableTools(output: ReportDisplay, options: RenderOptions): string {
  if (output.tableKey === undefined) return '';
  if (options.table === undefined) return restNote(output);
  return `<div${attributes({ id: tableToolsId(output), class: 'table-tools' })}>${inside(output, options)}</div>`;
}

export function tableToolsId({ id }: ReportDisplay): string {
  return `${id}-table`;
}

/** True if nothing else of the output has changed: the table on the page stays as it is. */
export function differsInTable(before: ReportDisplay, after: ReportDisplay): boolean {
  return (
    after.tableKey !== undefined &&
    before.tableKey === after.tableKey &&
    before.data === after.data &&
    before.metadata === after.metadata &&
    before.inside === after.inside
  );
}

/** For what has only the preview: a file, and paper. */
function restNote({ kept, data }: ReportDisplay): string {
  const html = data['text/html'];
  if (kept === undefined || typeof html !== 'string' || kept.rows <= html.split('<tr').length) return '';
  return `<p class="note table-rest">${escapeHtml(WORDS.tableRest(numberFormat('en-GB').format(kept.rows)))}</p>`;
}

function inside(output: ReportDisplay, { table: address }: RenderOptions): string {
  const { kept, unkept } = output;
  if (unkept !== undefined) return note(WORDS.tableNotKept(unkept));
  if (kept === undefined || address === undefined) return '';
  const links = Object.entries(TABLE_FORMATS)
    .filter(([format]) => format !== 'xlsx' || kept.rows < SHEET_ROWS)
    .map(([format, { label }]) => {
      const href = address(kept.name, format as TableFormat);
      return `<a${attributes({ href, download: '', 'aria-label': WORDS.tableAs(kept.name, label) })}>${label}</a>`;
    });
  const name = WORDS.tableDownload(kept.name);
  // shown by the style sheet: copies of the report, and searches in it, have no texts of buttons
  const label = attributes({ 'aria-label': name, title: name, 'data-label': WORDS.download });
  const actions = attributes({ class: 'table-actions', 'data-table': kept.name, 'data-rows': String(kept.rows) });
  return `<div${actions}><details class="table-menu"><summary${label}></summary><div>${links.join('')}</div></details></div>${partNote(kept)}${restNote(output)}`;
}

function partNote(table: RunTable): string {
  const { rows, total, columns, index, cut } = table;
  const whole = (count: number) => numberFormat('en-GB').format(count);
  const setting = cut.map((bound) => SETTINGS[bound]).find((name) => name !== undefined);
  const parts = [
    rows < total.rows ? WORDS.tableRows(whole(rows), whole(total.rows), setting) : '',
    cut.includes('columns') ? WORDS.tableColumns(whole(columns.length - index), whole(total.columns)) : '',
    cut.includes('cells') ? WORDS.tableCells : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : note(parts.join(' '));
}

function note(text: string): string {
  return `<p class="note">${escapeHtml(text)}</p>`;
}
