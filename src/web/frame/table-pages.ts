/**
 * All rows of a kept table, page by page, sorted and filtered, in place of its preview: a button at the table asks for
 * them. The frame reaches no server: the page around it reads the rows. The preview comes back afterwards.
 */
import type { FromFrame, RowsProblem } from '../../domain/report/frame-message.ts';
import type { PageCell, TableFilter, TablePage, TableQuery } from '../../domain/run/table-page.ts';
import { numberFormat } from '../../domain/text/intl.ts';
import { WORDS } from '../../render/report-text.ts';
import { around, fieldFor, made, makeSortable } from './table-head.ts';
import { isMissing } from '../../domain/run/table-order.ts';

export type AskRows = (wanted: Omit<FromFrame & { readonly type: 'rows' }, 'type' | 'request'>) => Promise<TablePage>;

/** Why a page cannot be shown; its message is a sentence for the reader. */
export class RowsFailure extends Error {
  readonly mayRetry: boolean;

  constructor({ said, mayRetry }: RowsProblem) {
    super(said === '' ? WORDS.rowsFailed : said);
    this.mayRetry = mayRetry;
  }
}

const ROWS = 50;
const TYPING_MS = 300;
/** Quicker answers need no sentence. */
const WAIT_MS = 250;

const whole = (count: number) => numberFormat('en-GB').format(count);

/** Adds the button to the tables of `root` of which more rows are kept than the preview has. */
export function offerPages(root: ParentNode, ask: AskRows): void {
  for (const actions of root.querySelectorAll<HTMLElement>('.table-actions[data-table]')) {
    const output = actions.closest<HTMLElement>('.output');
    const { table = '', rows = '0' } = actions.dataset;
    if (output === null || actions.querySelector('.table-all') !== null) continue;
    closePages(output);
    if (Number(rows) <= previewRows(output)) continue;
    actions.prepend(buttonFor(output, { table, label: WORDS.allRows(whole(Number(rows))) }, ask));
  }
}

/** Whether the reader can have all rows: then nothing sorts the preview alone. */
export function hasPages(output: Element): boolean {
  return output.querySelector('.table-all') !== null;
}

function previewRows(output: Element): number {
  const rows = output.querySelectorAll<HTMLTableRowElement>('table tbody tr');
  return [...rows].filter(({ cells }) => ![...cells].every(({ textContent }) => isMissing(textContent))).length;
}

function buttonFor(
  output: HTMLElement,
  { table, label }: { readonly table: string; readonly label: string },
  ask: AskRows,
): Element {
  const button = made('button', 'table-find table-all');
  button.type = 'button';
  // shown by the style sheet: copies of the report, and searches in it, have no texts of buttons
  button.setAttribute('aria-label', label);
  button.dataset['label'] = label;
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => {
    const isOpen = output.querySelector(':scope > .table-pages') !== null;
    closePages(output);
    if (!isOpen) openPages(output, table, ask);
    button.setAttribute('aria-pressed', String(!isOpen));
  });
  return button;
}

function closePages(output: HTMLElement): void {
  output.classList.remove('paged');
  output.querySelector(':scope > .table-pages')?.remove();
}

interface View {
  readonly place: HTMLElement;
  readonly bar: Bar;
  readonly scroll: HTMLElement;
  readonly head: HTMLTableSectionElement;
  readonly body: HTMLTableSectionElement;
}

function openPages(output: HTMLElement, table: string, ask: AskRows): void {
  const wanted: { offset: number; sort?: NonNullable<TableQuery['sort']>; filters: TableFilter[] } = {
    offset: 0,
    filters: [],
  };
  let latest = 0;
  let shown: TablePage | undefined;
  /** Of the rows shown; 0 from the time at which others are wanted until those are there. */
  let offset = 0;
  /** Of the order and filters that are wanted, if rows in them are shown: the reader moves on among them. */
  let count: number | undefined;
  const view = createView(table, (to) => go(to));

  function go(to: Place): void {
    // how many fit the filters that were typed is not known before their first rows are there
    const last = Math.max(0, (count ?? 1) - 1);
    const offsets = {
      first: 0,
      back: wanted.offset - ROWS,
      next: wanted.offset + ROWS,
      last: last - (last % ROWS),
    };
    wanted.offset = Math.max(0, Math.min(typeof to === 'number' ? to : offsets[to], last));
    void read();
  }

  function change(query: Partial<typeof wanted>): void {
    delete wanted.sort;
    Object.assign(wanted, query, { offset: 0 });
    offset = 0;
    count = undefined;
    void read();
  }

  async function read(): Promise<void> {
    latest += 1;
    const request = latest;
    const clock = setTimeout(() => showWaiting(view, shown === undefined), WAIT_MS);
    view.scroll.setAttribute('aria-busy', 'true');
    try {
      const page = await ask({ table, query: { ...wanted, limit: ROWS } });
      if (request !== latest) return;
      if (shown === undefined) fillHead(view, page, change);
      shown = page;
      offset = wanted.offset;
      count = page.count;
      // until then the preview is there
      output.classList.add('paged');
      showPage(view, page, offset);
    } catch (error) {
      if (request !== latest) return;
      // the next step starts from the rows that are still shown
      const failed = wanted.offset;
      wanted.offset = offset;
      view.bar.fail(error, () => {
        wanted.offset = failed;
        void read();
      });
    } finally {
      clearTimeout(clock);
      if (request === latest) view.scroll.removeAttribute('aria-busy');
    }
  }

  (output.querySelector(':scope > .table-tools') ?? output.firstElementChild)?.after(view.place);
  void read();
}

function createView(table: string, go: (to: Place) => void): View {
  const place = made('div', 'table-pages');
  const scroll = made('div', 'table-pages-scroll');
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', WORDS.rowsOf(table));
  const bar = createBar(go);
  const rows = made('table', 'dataframe');
  const [head, body] = [document.createElement('thead'), document.createElement('tbody')];
  rows.append(head, body);
  scroll.append(rows);
  place.append(bar.element, scroll);
  return { place, bar, scroll, head, body };
}

function showWaiting({ bar }: View, isFirst: boolean): void {
  bar.tell(isFirst ? WORDS.rowsOpening : WORDS.rowsReading);
}

function showPage({ bar, body, scroll }: View, { rows, count, kept, index, columns }: TablePage, offset: number): void {
  body.replaceChildren(...rows.map((row) => rowOf(row, index, columns)));
  scroll.scrollTop = 0;
  const range =
    count === 0 ? WORDS.rowsNone : WORDS.rowsRange(whole(offset + 1), whole(offset + rows.length), whole(count));
  bar.tell(count < kept ? `${range} ${WORDS.rowsFiltered(whole(kept))}` : range);
  bar.update({ offset, count });
}

function rowOf(cells: readonly PageCell[], index: number, columns: TablePage['columns']): Element {
  const row = document.createElement('tr');
  row.append(
    ...cells.map((cell, at) => {
      const element = document.createElement(at < index ? 'th' : 'td');
      if (isWords(columns[at]?.type)) element.className = 'words';
      element.textContent = cell === null ? '' : cell === true ? 'True' : cell === false ? 'False' : String(cell);
      return element;
    }),
  );
  return row;
}

function isWords(type: string | undefined): boolean {
  return type === 'text' || type === 'json';
}

type Change = (query: { sort?: NonNullable<TableQuery['sort']>; filters: TableFilter[] }) => void;

/** Headings that sort, and a field below each that filters. */
function fillHead({ head }: View, { columns }: TablePage, change: Change): void {
  const sorting: { column?: number; isDescending: boolean } = { isDescending: false };
  let clock: ReturnType<typeof setTimeout> | undefined;
  const update = () => {
    clearTimeout(clock);
    const { column, isDescending } = sorting;
    for (const [at, title] of titles.entries())
      title.setAttribute('aria-sort', at !== column ? 'none' : isDescending ? 'descending' : 'ascending');
    const filters = fields.flatMap(({ value }, at) => (value.trim() === '' ? [] : [{ column: at, text: value }]));
    change({ filters, ...(column === undefined ? {} : { sort: { column, isDescending } }) });
  };
  const typed = () => {
    clearTimeout(clock);
    clock = setTimeout(update, TYPING_MS);
  };
  const titles = columns.map(({ name, type }, at) => {
    const title = document.createElement('th');
    title.scope = 'col';
    if (isWords(type)) title.className = 'words';
    title.textContent = name;
    title.setAttribute('aria-sort', 'none');
    makeSortable(title, () => {
      // once more: the other way round; then as it was
      if (sorting.column !== at) Object.assign(sorting, { column: at, isDescending: false });
      else if (!sorting.isDescending) sorting.isDescending = true;
      else delete sorting.column;
      update();
    });
    return title;
  });
  const fields = titles.map((title) => fieldFor(title, typed));
  for (const field of fields) field.maxLength = 200;
  const [names, filters] = [document.createElement('tr'), made('tr', 'table-fields')];
  names.append(...titles);
  filters.append(...fields.map((field) => around(field)));
  head.append(names, filters);
}

type Place = 'first' | 'back' | 'next' | 'last' | number;

interface Bar {
  readonly element: Element;
  tell(text: string): void;
  /** Shows the reason, and a button where the same request may succeed later. */
  fail(error: unknown, retry: () => void): void;
  update(at: { readonly offset: number; readonly count: number }): void;
}

function createBar(go: (to: Place) => void): Bar {
  const element = made('div', 'table-pages-bar');
  const status = made('p', 'table-status');
  status.setAttribute('role', 'status');
  const press = (sign: string, label: string, to: Place) => {
    const button = made('button', 'table-page');
    button.type = 'button';
    button.setAttribute('aria-label', label);
    button.dataset['label'] = sign;
    // one that is disabled would lose the focus
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-disabled') !== 'true') go(to);
    });
    return button;
  };
  const back = [press('«', WORDS.rowsFirst, 'first'), press('‹', WORDS.rowsBack, 'back')];
  const forth = [press('›', WORDS.rowsNext, 'next'), press('»', WORDS.rowsLast, 'last')];
  const field = made('input', 'table-filter table-row');
  field.inputMode = 'numeric';
  field.placeholder = WORDS.rowsGo;
  field.setAttribute('aria-label', WORDS.rowsGo);
  field.addEventListener('change', () => {
    const row = Number(field.value.replace(/[\s,.]/g, ''));
    if (Number.isSafeInteger(row) && row > 0) go(row - 1);
    field.value = '';
  });
  const again = made('button', 'table-page table-again');
  again.type = 'button';
  again.hidden = true;
  again.setAttribute('aria-label', WORDS.rowsRetry);
  again.dataset['label'] = WORDS.rowsRetry;
  element.append(...back, ...forth, field, status, again);
  return {
    element,
    tell(text) {
      status.textContent = text;
      status.classList.remove('table-problem');
      again.hidden = true;
    },
    fail(error, retry) {
      const failure = error instanceof RowsFailure ? error : undefined;
      status.textContent = failure?.message ?? WORDS.rowsFailed;
      status.classList.add('table-problem');
      again.hidden = failure?.mayRetry === false;
      again.onclick = retry;
    },
    update({ offset, count }) {
      for (const button of back) button.setAttribute('aria-disabled', String(offset === 0));
      for (const button of forth) button.setAttribute('aria-disabled', String(offset + ROWS >= count));
    },
  };
}
