/** A report as one HTML document for the sandboxed frame; readable without JavaScript. */
import type { ReportTheme } from '../domain/script/script-theme.ts';
import { defined } from '../domain/defined.ts';
import { isFinal } from '../domain/run/run.ts';
import { withoutOptions } from '../domain/notebook/cell-option.ts';
import type { Report, ReportCell } from '../domain/report/report.ts';
import { cellPieces } from './cell.ts';
import { visibilityOf } from './cell-hidden.ts';
import { fileAddresses } from './file-address.ts';
import { INNER_KEY } from './frame-watch.ts';
import { attributes, escapeHtml } from './html.ts';
import { libraryList } from './library/library-tag.ts';
import { renderContents } from './report-contents.ts';
import { renderWidgets } from './report-widget.ts';
import { reportMath } from './report-math.ts';
import { reportReferences } from './report-reference.ts';
import { WORDS } from './report-text.ts';
import { titleCell } from './report-title.ts';
import type { RenderOptions } from './options.ts';
import { renderEnd } from './report-end.ts';

export interface DocumentOptions extends RenderOptions {
  /** Absent: as set in the reader's system. */
  readonly theme?: 'light' | 'dark';
  /** CSS of the project, after the report's own. */
  readonly style?: string;
  /** The look that the project gives its reports; the notebook's own has precedence. Absent: that of `theme`. */
  readonly look?: ReportTheme;
  /** Whether code is shown initially; absent: as the author wants it. */
  readonly code?: boolean;
  /** Address to go to if the document is opened by itself, not in a frame; absent: it stays. */
  readonly framedAt?: string;
  /**
   * The page around shows the report's title, so that a heading that repeats it is hidden: always, or on the screen but
   * not in print. Absent: it is shown.
   */
  readonly titled?: 'always' | 'screen';
  /** The page around shows the table of contents, if its scripts run. */
  readonly contents?: 'around';
  /** BCP 47; absent: unknown, as the notebook does not say. */
  readonly lang?: string;
}

/**
 * Before anything is shown: what the policy blocks and what frames say is remembered, and dark by the system is said as
 * dark by choice.
 */
export const HEAD_SCRIPT =
  "<script>blockedEarly = []; addEventListener('securitypolicyviolation', (event) => blockedEarly.push(event));" +
  `innerEarly = []; addEventListener('message', (event) => { if (event.data?.${INNER_KEY}) innerEarly?.push(event); });` +
  "{ const { dataset } = document.documentElement; if (!dataset.theme) { dataset.themeAuto = ''; dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'; } }</script>";

/** Above this many cells the browser lays out only those near the visible part. */
const MANY_CELLS = 60;

/**
 * The document in UTF-8, in pieces: the HTML of large outputs is never in memory as text. Pauses often while it is
 * drawn.
 */
export function* drawDocument(report: Report, options: DocumentOptions): Generator<undefined, readonly Uint8Array[]> {
  let math = !isFinal(report.status);
  const cells: Piece[][] = [];
  for (const draw of cellDrawings(report, options)) {
    const drawing = seen(draw(), (piece) => {
      math ||= hasMath(piece);
    });
    const pieces: Piece[] = [];
    for (const piece of packed(drawing)) {
      pieces.push(piece);
      yield;
    }
    cells.push(pieces);
  }
  const contents = renderContents(report.cells, (index) => (cells[index] ?? []).map(textOf).join(''));
  const styles = [options.asset('report.css'), ...(math ? [options.asset('math.css')] : [])];
  const parts = page(report, options, {
    head: [
      ...(options.framedAt === undefined ? [] : [leaveAlone(options.framedAt)]),
      HEAD_SCRIPT,
      libraryList(options.asset),
      ...styles.map((href) => `<link${attributes({ rel: 'stylesheet', crossorigin: 'anonymous', href })}>`),
    ].join('\n'),
    article: [
      options.contents === 'around' && contents !== '' ? `<noscript>${contents}</noscript>` : contents,
      ...articleOf(report, cells.flat(), options),
    ],
    scripts: [
      `<script${attributes({ type: 'module', crossorigin: 'anonymous', src: options.asset('frame.js') })}></script>`,
    ],
  });
  return [...packed(parts)].map((piece) => (isText(piece) ? encoder.encode(piece) : piece));
}

/** As `drawDocument`, all at once. */
export function renderDocument(report: Report, options: DocumentOptions): readonly Uint8Array[] {
  const drawing = drawDocument(report, options);
  for (;;) {
    const { done, value } = drawing.next();
    if (done === true) return value;
  }
}

type Piece = string | Uint8Array;

const encoder = new TextEncoder();
const isText = (piece: Piece): piece is string => typeof piece === 'string';
const textOf = (piece: Piece): string => (isText(piece) ? piece : new TextDecoder().decode(piece));
/** Longer text is encoded. */
const LONG_CHARS = 1 << 17;

function* seen(pieces: Iterable<string>, see: (piece: string) => void): Generator<string> {
  for (const piece of pieces) {
    see(piece);
    yield piece;
  }
}

/** Fewer pieces of the same document: many short ones are text, what is long is encoded. */
function* packed(pieces: Iterable<Piece>): Generator<Piece> {
  let held: string[] = [];
  let chars = 0;
  const text = (): string => {
    const joined = held.join('');
    [held, chars] = [[], 0];
    return joined;
  };
  for (const piece of pieces) {
    if (!isText(piece)) {
      if (chars > 0) yield encoder.encode(text());
      yield piece;
      continue;
    }
    held.push(piece);
    chars += piece.length;
    if (chars >= LONG_CHARS) yield encoder.encode(text());
  }
  if (chars > 0) yield text();
}

/** Whether this part of a report has a formula. */
export function hasMath(part: string): boolean {
  return part.includes('class="katex');
}

/**
 * A document opened by itself could navigate its tab to another site; in our frame it cannot. So it redirects before it
 * shows anything and before a script of an output runs, whichever way it was opened. A downloaded copy may stay.
 */
function leaveAlone(address: string): string {
  const place = JSON.stringify(address).replaceAll('<', '\\u003c');
  return `<script>if (self === top && location.protocol !== 'file:') { stop(); location.replace(${place}); }</script>`;
}

/**
 * The document around an article, with the parts for its head and its end. Returns parts, to be written one after the
 * other: a large report need not be in memory as a whole.
 */
export function* page<T>(
  report: Report,
  options: Omit<DocumentOptions, keyof RenderOptions>,
  parts: { readonly head: string; readonly article: Iterable<T>; readonly scripts: readonly string[] },
): Generator<T | string> {
  const toggle = report.cells.some(showsCode)
    ? `<input type="checkbox" id="code-shown"${(options.code ?? report.showCode) ? ' checked' : ''}><label for="code-shown">${WORDS.showCode}</label>\n`
    : '';
  const head = `<!doctype html>
<html${attributes({ lang: options.lang ?? 'en', ...themeOf(report.theme ?? options.look, options.theme), 'data-titled': options.titled })}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(report.title)}</title>
${parts.head}${ownStyle(options.style)}
</head>
<body data-seq="${report.seq}">
${toggle}`;
  yield head;
  yield* parts.article;
  yield '\n';
  for (const script of parts.scripts) yield `${script}\n`;
  yield '</body>\n</html>\n';
}

function ownStyle(css = ''): string {
  return css === '' ? '' : `\n<style>${css.replaceAll('</', '<\\/')}</style>`;
}

/** A look that is forced stays, whatever the reader's pages say. */
function themeOf(look: ReportTheme | undefined, theme: DocumentOptions['theme']) {
  if (look === undefined) return { 'data-theme': theme };
  return { 'data-theme': look === 'dark' ? 'dark' : 'light', 'data-look': look };
}

function showsCode(cell: ReportCell): boolean {
  return cell.type === 'code' && withoutOptions(cell.source).trim() !== '' && visibilityOf(cell, 'input') !== 'removed';
}

/** The part that live patches replace as a whole when the notebook's cells are renumbered. */
export function renderArticle(report: Report, options: RenderOptions): string {
  return [...articleOf(report, renderCells(report, options), options)].join('');
}

/** The HTML of each cell. */
export function renderCells(report: Report, options: RenderOptions): readonly string[] {
  return cellDrawings(report, options).map((draw) => [...draw()].join(''));
}

/** For each cell a function that draws it in pieces. */
export function cellDrawings(report: Report, options: RenderOptions): readonly (() => Iterable<string>)[] {
  const math = reportMath(report);
  const files = fileAddresses(report, options);
  const references = reportReferences(report.cells);
  const titled = titleCell(report);
  return report.cells.map((cell) => () => {
    const own = {
      ...options,
      ...defined({ models: report.models }),
      files,
      references,
      math: math(cell.index),
      ...(cell.index === titled ? { title: report.title } : {}),
    };
    return cellPieces(cell, report.language, own);
  });
}

/** In parts; `cells`: the HTML of all, in any parts. */
export function* articleOf<T>(report: Report, cells: Iterable<T>, options: RenderOptions): Generator<T | string> {
  const attrs = { id: 'report', class: report.cells.length > MANY_CELLS ? 'many' : undefined };
  yield `<article${attributes(attrs)}>\n`;
  yield* cells;
  yield `${renderWidgets(report, options)}${renderEnd(report, options)}</article>`;
}
