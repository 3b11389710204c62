/**
 * Sorts and filters the rows of a table that an output shows, on demand: a button at the table adds a field to each
 * column and makes its headings buttons. Nothing of the table changes before that, and all comes back afterwards.
 */
import { WORDS } from '../../render/report-text.ts';
import { around, fieldFor, made, makeSortable } from './table-head.ts';
import { hasPages } from './table-pages.ts';
import { chooser, isMissing, orderOf } from '../../domain/run/table-order.ts';

const ROWS = 5_000;
const COLUMNS = 100;

interface Plan {
  readonly table: HTMLTableElement;
  readonly body: HTMLTableSectionElement;
  readonly head: HTMLTableSectionElement;
  /** The headings, one for each column. */
  readonly titles: readonly HTMLTableCellElement[];
  readonly rows: readonly HTMLTableRowElement[];
}

/** Adds the button to each table of `root` whose rows all have the same columns. */
export function offerFinding(root: ParentNode): void {
  // what the server has replaced at a table had the button
  const outputs = root instanceof Element && root.matches('.table-tools') ? [root.closest('.output')] : [];
  const tables = [root, ...outputs].flatMap((place) => [
    ...(place?.querySelectorAll<HTMLTableElement>('.output-html table') ?? []),
  ]);
  if (root instanceof Element && root.matches('.output-html')) tables.push(...root.querySelectorAll('table'));
  for (const table of new Set(tables)) {
    const output = table.closest('.output');
    const plan = planOf(table);
    if (output === null || plan === undefined || output.querySelector('.table-find') !== null || hasPages(output))
      continue;
    actionsOf(output).append(buttonFor(plan));
  }
}

/** Undefined for a table whose order means something, or that is too large. */
function planOf(table: HTMLTableElement): Plan | undefined {
  const [body, ...others] = table.tBodies;
  const head = table.tHead;
  if (body === undefined || others.length > 0 || head === null || table.parentElement?.closest('table'))
    return undefined;
  const rows = [...body.rows];
  const width = rows[0]?.cells.length ?? 0;
  const isEven = rows.every(({ cells }) => cells.length === width);
  if (rows.length < 2 || rows.length > ROWS || width === 0 || width > COLUMNS || !isEven) return undefined;
  if (body.querySelector('[colspan]:not([colspan="1"]), [rowspan]:not([rowspan="1"]), script, form') !== null)
    return undefined;
  const filled = (row: HTMLTableRowElement) =>
    [...row.cells].filter(({ textContent }) => textContent.trim() !== '').length;
  const titles = [...head.rows]
    .filter(({ cells }) => cells.length === width)
    .reduce<HTMLTableRowElement | undefined>(
      (best, row) => (best === undefined || filled(row) > filled(best) ? row : best),
      undefined,
    );
  return titles === undefined ? undefined : { table, body, head, rows, titles: [...titles.cells] };
}

/** Where the downloads of a kept table are, too. */
function actionsOf(output: Element): Element {
  const tools = output.querySelector(':scope > .table-tools') ?? made('div', 'table-tools');
  if (!tools.isConnected) output.prepend(tools);
  const actions = tools.querySelector('.table-actions') ?? made('div', 'table-actions');
  if (!actions.isConnected) tools.prepend(actions);
  return actions;
}

function buttonFor(plan: Plan): Element {
  const button = made('button', 'table-find');
  button.type = 'button';
  // shown by the style sheet: copies of the report, and searches in it, have no texts of buttons
  button.setAttribute('aria-label', WORDS.findRows);
  button.dataset['label'] = WORDS.findRows;
  button.setAttribute('aria-pressed', 'false');
  let close: (() => void) | undefined;
  button.addEventListener('click', () => {
    const end = close;
    close = end === undefined ? startFinding(plan) : undefined;
    end?.();
    button.setAttribute('aria-pressed', String(close !== undefined));
  });
  return button;
}

/** Returns a function that restores the table. */
function startFinding(plan: Plan): () => void {
  const { head, body, rows, titles, table } = plan;
  const texts = titles.map((_title, column) => rows.map(({ cells }) => cells[column]?.textContent.trim() ?? ''));
  // the row of dots that stands for the rows left out
  const isGap = rows.map(({ cells }) => [...cells].every(({ textContent }) => isMissing(textContent)));
  const all = isGap.filter((gap) => !gap).length;
  const status = made('p', 'table-status');
  status.setAttribute('role', 'status');
  const sorting: { column?: number; isDescending: boolean } = { isDescending: false };
  const fields = titles.map((title) => fieldFor(title, update));
  const row = made('tr', 'table-fields');
  row.append(...fields.map((field) => around(field)));

  function update(): void {
    const { column, isDescending } = sorting;
    const order = column === undefined ? rows.map((_row, at) => at) : orderOf(texts[column]!, isDescending);
    const wanted = fields.map(({ value }) => (value.trim() === '' ? undefined : chooser(value)));
    const isFiltered = wanted.some((fits) => fits !== undefined);
    let count = 0;
    for (const at of order) {
      const isShown = wanted.every((fits, each) => fits === undefined || fits(texts[each]![at]!));
      const isHidden = !isShown || (isGap[at] === true && (isFiltered || column !== undefined));
      rows[at]!.classList.toggle('table-left-out', isHidden);
      if (!isHidden && isGap[at] !== true) count += 1;
    }
    body.append(...order.map((at) => rows[at]!));
    status.textContent = WORDS.rowsShown(count, all);
    for (const [each, title] of titles.entries())
      title.setAttribute('aria-sort', each !== column ? 'none' : isDescending ? 'descending' : 'ascending');
  }

  const undo = titles.map((title, column) =>
    makeSortable(title, () => {
      // once more: the other way round; then as it was
      if (sorting.column !== column) Object.assign(sorting, { column, isDescending: false });
      else if (!sorting.isDescending) sorting.isDescending = true;
      else delete sorting.column;
      update();
    }),
  );
  head.append(row);
  table.closest('.output')?.querySelector('.table-tools')?.append(status);
  update();
  return () => {
    for (const restore of undo) restore();
    row.remove();
    status.remove();
    for (const each of rows) each.classList.remove('table-left-out');
    body.append(...rows);
  };
}
