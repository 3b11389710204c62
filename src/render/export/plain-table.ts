/**
 * Tables of documents with pages: columns are as wide as their content needs, numbers stand at the right, and a table
 * that is wider than a page becomes several, one below the other, each with the names of its rows.
 */
import { attributes } from '../html.ts';
import { WORDS } from '../report-text.ts';

/** Of a page in portrait format, in characters of its usual text. */
const PAGE_CHARS = 66;
/** What a column needs besides its text. */
const GAP_CHARS = 2;
/** Longer lines and words do not make their column wider. */
const LINE_CHARS = 60;
const WORD_CHARS = 24;
/** The names of rows are repeated if they leave half of the page to the other columns. */
const MOST_NAME_CHARS = PAGE_CHARS / 2;
/** Larger tables stay as they are. */
const MOST_CELLS = 100_000;
const MOST_COLUMNS = 1_000;
/** Longer texts are no numbers. */
const NUMBER_CHARS = 40;

const TABLE = /<(\/?)table\b[^>]*>/g;
const PART = /<(\/?)(thead|tbody|tfoot)\b[^>]*>|<tr\b[^>]*>([\s\S]*?)<\/tr>/g;
const CELL = /<(t[hd])\b([^>]*)>([\s\S]*?)<\/\1>/g;
const CAPTION = /<caption\b[^>]*>[\s\S]*?<\/caption>/;
/** Text without these wraps where it must. */
const UNWRAPPED = /<(?:img|pre|ul|ol|dl)\b/;
const NUMBER = /^[-+−(]?\s*[$€£¥]?\s*\d[\d.,'\s]*(?:e[-+]?\d+)?\s*(?:%|‰|[$€£¥]|[a-zA-Zµ]{1,3})?\s*\)?$/;
const NO_VALUE = /^(?:|nan|nat|none|null|na|<na>|inf|-inf|[-–—.…]+)$/i;

interface Cell {
  readonly tag: string;
  readonly html: string;
  /** The first column. */
  readonly column: number;
  readonly columns: number;
  readonly rows: number;
}

interface Row {
  readonly section: string;
  readonly cells: readonly Cell[];
}

interface Column {
  /** That shows its lines whole, and that shows its words whole. */
  readonly idealChars: number;
  readonly leastChars: number;
  readonly isNumber: boolean;
  /** Has the names of rows. */
  readonly isName: boolean;
}

/** What the cells of a column contain: their longest line and word, and how many cells are what. */
interface Content {
  line: number;
  word: number;
  numbers: number;
  others: number;
  names: number;
  values: number;
}
const EMPTY: Content = { line: 1, word: 1, numbers: 0, others: 0, names: 0, values: 0 };

/**
 * `html`: as `plainHtml` writes it. Tables that contain tables, pictures or lists, or are irregular, stay as they are.
 */
export function fitTables(html: string): string {
  const out: string[] = [];
  let copied = 0;
  let start = -1;
  for (const match of html.matchAll(TABLE)) {
    if (match[1] === '') start = match.index;
    else if (start >= 0) {
      const end = match.index + match[0].length;
      out.push(html.slice(copied, start), fitTable(html.slice(start, end)));
      copied = end;
      start = -1;
    }
  }
  out.push(html.slice(copied));
  return out.join('');
}

function fitTable(table: string): string {
  const rows = UNWRAPPED.test(table) ? undefined : rowsOf(table);
  if (rows === undefined) return table;
  const columns = columnsOf(rows);
  if (columns.length < 2) return table;
  const caption = CAPTION.exec(table)?.[0] ?? '';
  const names = columns.findIndex(({ isName }) => !isName);
  const pages = pagesOf(columns, names);
  return pages
    .map((page, at) => {
      const note = pages.length === 1 ? '' : partNote(page, names, columns.length);
      return `${note}${writeTable(rows, columns, page, at === 0 ? caption : '')}`;
    })
    .join('\n');
}

/** Undefined for a table that has something beside its cells, or cells beside its columns. */
function rowsOf(table: string): readonly Row[] | undefined {
  const body = table.slice(table.indexOf('>') + 1, -'</table>'.length).replace(CAPTION, '');
  if (body.replace(PART, '').trim() !== '') return undefined;
  const rows: Row[] = [];
  /** For each column: for how many further rows a cell from above covers it. */
  const covered: number[] = [];
  let section = 'tbody';
  let count = 0;
  for (const [, close, part, inner] of body.matchAll(PART)) {
    if (part !== undefined) {
      section = close === '' ? part : 'tbody';
      if (covered.some((more) => more > 0)) return undefined;
    } else {
      const cells = cellsOf(inner ?? '', covered);
      count += cells?.length ?? 0;
      if (cells === undefined || count > MOST_CELLS) return undefined;
      rows.push({ section, cells });
    }
  }
  return rows;
}

function cellsOf(row: string, covered: number[]): readonly Cell[] | undefined {
  if (row.replace(CELL, '').trim() !== '') return undefined;
  const cells: Cell[] = [];
  let column = 0;
  const skipCovered = () => {
    while ((covered[column] ?? 0) > 0) covered[column++]! -= 1;
  };
  for (const [, tag = 'td', given = '', html = ''] of row.matchAll(CELL)) {
    skipCovered();
    const columns = spanOf(given, 'colspan');
    const rows = spanOf(given, 'rowspan');
    if (column + columns > MOST_COLUMNS) return undefined;
    cells.push({ tag, html, column, columns, rows });
    for (const end = column + columns; column < end; column += 1) {
      if ((covered[column] ?? 0) > 0) return undefined;
      covered[column] = rows - 1;
    }
  }
  for (; column < covered.length; column += 1) skipCovered();
  return cells;
}

function spanOf(given: string, name: string): number {
  return Math.max(1, Number(new RegExp(`\\b${name}="(\\d+)"`).exec(given)?.[1] ?? 1));
}

function columnsOf(rows: readonly Row[]): readonly Column[] {
  const found: Content[] = [];
  for (const { section, cells } of rows)
    for (const cell of cells) {
      while (found.length < cell.column + cell.columns) found.push({ ...EMPTY });
      count(found[cell.column]!, cell, section === 'tbody');
    }
  return found.map(({ line, word, numbers, others, names, values }) => {
    const leastChars = Math.min(WORD_CHARS, word) + GAP_CHARS;
    const idealChars = Math.max(leastChars, Math.min(LINE_CHARS, line) + GAP_CHARS);
    return { idealChars, leastChars, isNumber: numbers > 0 && others === 0, isName: names > 0 && values === 0 };
  });
}

function count(content: Content, { tag, html, columns }: Cell, isBody: boolean): void {
  if (isBody) content[tag === 'th' ? 'names' : 'values'] += 1;
  if (columns > 1) return;
  const text = writtenText(html);
  for (const line of text.split('\n')) content.line = Math.max(content.line, line.trim().length);
  for (const word of text.split(/[\s/–—-]+/)) content.word = Math.max(content.word, word.length);
  if (!isBody || tag === 'th') return;
  const value = text.trim();
  if (value.length <= NUMBER_CHARS && NUMBER.test(value)) content.numbers += 1;
  else if (!NO_VALUE.test(value)) content.others += 1;
}

function writtenText(html: string): string {
  return html
    .replace(/<br\b[^>]*>|<\/(?:p|div)>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot);/g, '"');
}

/** The columns of each table: all in one if they fit, else as many as fit after those with names. */
function pagesOf(columns: readonly Column[], names: number): readonly (readonly number[])[] {
  const all = [...columns.keys()];
  const least = (indexes: readonly number[]) => sum(indexes.map((at) => columns[at]!.leastChars));
  if (names < 0 || least(all) <= PAGE_CHARS) return [all];
  const repeated = least(all.slice(0, names)) <= MOST_NAME_CHARS ? all.slice(0, names) : [];
  const pages: number[][] = [];
  for (const at of all.slice(repeated.length)) {
    const page = pages.at(-1);
    if (page !== undefined && least([...repeated, ...page, at]) <= PAGE_CHARS) page.push(at);
    else pages.push([at]);
  }
  return pages.map((page) => [...repeated, ...page]);
}

function partNote(page: readonly number[], names: number, count: number): string {
  const own = page.filter((at) => at >= names);
  return `<p><em>${WORDS.columnsOf((own[0] ?? 0) - names + 1, (own.at(-1) ?? 0) - names + 1, count - names)}</em></p>\n`;
}

function writeTable(
  rows: readonly Row[],
  columns: readonly Column[],
  page: readonly number[],
  caption: string,
): string {
  const places = new Map(page.map((at, place) => [at, place]));
  const widths = widthsOf(page.map((at) => columns[at]!));
  const out = [`<table>${caption}<colgroup>`];
  for (const width of widths) out.push(`<col style="width:${(100 * width).toFixed(2)}%">`);
  out.push('</colgroup>');
  let open = '';
  for (const { section, cells } of rows) {
    if (section !== open) {
      if (open !== '') out.push(`</${open}>`);
      out.push(`<${section}>`);
      open = section;
    }
    out.push('<tr>');
    for (const cell of cells) {
      let span = 0;
      for (let at = cell.column; at < cell.column + cell.columns; at += 1) if (places.has(at)) span += 1;
      if (span > 0) out.push(writeCell(cell, span, columns[cell.column]!));
    }
    out.push('</tr>');
  }
  out.push(open === '' ? '' : `</${open}>`, '</table>');
  return out.join('');
}

function writeCell({ tag, html, columns, rows }: Cell, span: number, { isNumber }: Column): string {
  const given = attributes({
    colspan: span > 1 ? span : undefined,
    rowspan: rows > 1 ? rows : undefined,
    style: isNumber && columns === 1 ? 'text-align:right' : undefined,
  });
  return `<${tag}${given}>${html}</${tag}>`;
}

/** As parts of the page; where lines do not fit, each column gets the same part of what it lacks. */
function widthsOf(columns: readonly Column[]): readonly number[] {
  const ideal = sum(columns.map(({ idealChars }) => idealChars));
  const least = sum(columns.map(({ leastChars }) => leastChars));
  if (ideal <= PAGE_CHARS) return columns.map(({ idealChars }) => idealChars / PAGE_CHARS);
  if (least >= PAGE_CHARS) return columns.map(({ leastChars }) => leastChars / least);
  const part = (PAGE_CHARS - least) / (ideal - least);
  return columns.map(({ idealChars, leastChars }) => (leastChars + part * (idealChars - leastChars)) / PAGE_CHARS);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
