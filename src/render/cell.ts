/** One cell of the notebook as one section: its code (hidden until requested) and its outputs. */
import type { ReportCell } from '../domain/report/report.ts';
import { defined } from '../domain/defined.ts';
import { readCellOptions, withoutOptions } from '../domain/notebook/cell-option.ts';
import { drawn } from './bound-draw.ts';
import { isCodeWanted, scrollOf, visibilityOf } from './cell-hidden.ts';
import { renderCode } from './code.ts';
import { showsFailure } from './failure.ts';
import { attributes, containHtml, escapeHtml } from './html.ts';
import { reportMapping } from './html-address.ts';
import { renderMarkdown } from './markdown.ts';
import { NO_MATH } from './math/math-context.ts';
import { renderFormula } from './math/math-formula.ts';
import { formulasInHtml } from './math/math-html.ts';
import { WORDS } from './report-text.ts';
import { markTitle } from './report-title.ts';
import type { RenderOptions } from './options.ts';
import { outputPieces } from './output.ts';
import { shownItems } from './shown.ts';

const MOST_CAPTION_CHARS = 2000;
const MOST_LABEL_CHARS = 200;

export function renderCell(cell: ReportCell, language: string, options: RenderOptions): string {
  return [...cellPieces(cell, language, options)].join('');
}

/** The same in pieces, each drawn when it is asked for. */
export function* cellPieces(cell: ReportCell, language: string, options: RenderOptions): Generator<string> {
  const attrs = attributes({ id: cellId(cell.index), class: `cell cell-${cell.type}`, 'data-state': cell.state });
  yield `<section${attrs}>`;
  if (cell.type === 'code') {
    yield code(cell, language, options);
    yield* outputs(cell, options);
  } else yield inside(cell, options);
  yield '</section>\n';
}

export function cellId(index: number): string {
  return `c${index}`;
}

/** Whether its outputs are on the page, possibly folded. */
export function showsOutputs(cell: ReportCell): boolean {
  return cell.type === 'code' && visibilityOf(cell, 'output') !== 'removed';
}

/** Of a cell without code. */
function inside(cell: ReportCell, options: RenderOptions): string {
  const text = (make: () => string) => prose(drawn(make, () => cell.source, options.attempt));
  const visibility = visibilityOf(cell, 'input');
  if (visibility === 'removed' || (cell.type === 'raw' && !isForPages(cell))) return '';
  const html = text(() => {
    if (cell.type !== 'markdown') return rawInside(cell, options);
    return options.title === undefined ? markdown(cell, options) : markTitle(markdown(cell, options), options.title);
  });
  return visibility === 'folded' ? within(fold(WORDS.text), html) : html;
}

function* outputs(cell: ReportCell, options: RenderOptions): Generator<string> {
  if (visibilityOf(cell, 'output') === 'removed' && visibilityOf(cell, 'input') === 'removed') return;
  const drawing = withCode(cell, options);
  const attrs = { id: `${cellId(cell.index)}-out`, class: ['outputs', scrollOf(cell)].filter(Boolean).join(' ') };
  const around = visibilityOf(cell, 'output') === 'folded' ? fold(WORDS.output) : NOTHING;
  const figure = caption(cell, options);
  yield `${around.before}${figure.before}<div${attributes(attrs)}>`;
  if (showsOutputs(cell)) for (const output of shownItems(cell)) yield* outputPieces(output, drawing);
  yield `</div>${figure.after}${around.after}`;
}

/** The options for the outputs of a cell. */
export function withCode(cell: ReportCell, options: RenderOptions): RenderOptions {
  const alt = readCellOptions(cell.source).get('fig-alt')?.slice(0, MOST_CAPTION_CHARS);
  return { ...options, step: { source: cell.source, isRemoved: !showsFailure(cell) }, ...defined({ alt }) };
}

/** What stands before and behind something. */
interface Around {
  readonly before: string;
  readonly after: string;
}

const NOTHING: Around = { before: '', after: '' };

function within({ before, after }: Around, html: string): string {
  return `${before}${html}${after}`;
}

/** Quarto's captions and labels: `#| fig-cap: Sales by week`, `#| label: fig-sales`. */
function caption(cell: ReportCell, options: RenderOptions): Around {
  const given = readCellOptions(cell.source);
  const said = given.get('fig-cap') ?? given.get('tbl-cap');
  const label = given.get('label');
  if (visibilityOf(cell, 'output') === 'removed' || (said === undefined && label === undefined)) return NOTHING;
  const { math = NO_MATH, references } = options;
  const number = references?.get(label ?? '');
  const text = [number, said?.slice(0, MOST_CAPTION_CHARS)].filter((part) => part !== undefined).join(': ');
  const make = () => renderMarkdown(text, { docId: `${cellId(cell.index)}-caption`, math, ...defined({ references }) });
  const below = text === '' ? '' : `<figcaption>${drawn(make, () => text, options.attempt)}</figcaption>`;
  const attrs = { id: label?.slice(0, MOST_LABEL_CHARS), class: 'captioned' };
  return { before: `<figure${attributes(attrs)}>`, after: `${below}</figure>` };
}

/** Hidden until the reader asks for it or finds something in it. */
function code(cell: ReportCell, language: string, { attempt }: RenderOptions): string {
  const visibility = visibilityOf(cell, 'input');
  const text = withoutOptions(cell.source);
  if (text.trim() === '' || visibility === 'removed') return '';
  const source = renderCode(text, language, attempt);
  if (cell.injected || cell.tags.includes('injected-parameters'))
    return `<details class="inputs"><summary>${WORDS.inputs}</summary>${source}</details>`;
  const given = readCellOptions(cell.source);
  const summary = escapeHtml(given.get('code-summary')?.slice(0, MOST_LABEL_CHARS) ?? WORDS.code);
  const html = visibility === 'folded' ? within(fold(summary, given.get('code-fold') === 'show'), source) : source;
  const attrs = isCodeWanted(cell) ? { class: 'code wanted' } : { class: 'code', hidden: 'until-found' };
  return `<div${attributes(attrs)}>${html}</div>`;
}

function fold(summary: string, isOpen = false): Around {
  const before = `<details class="folded"${isOpen ? ' open' : ''}><summary>${summary}</summary>`;
  return { before, after: '</details>' };
}

function isForPages({ metadata }: ReportCell): boolean {
  return ['text/html', 'text/markdown', 'text/latex'].includes(String(metadata['raw_mimetype'] ?? metadata['format']));
}

function markdown(
  { index, source, attachments }: ReportCell,
  { math = NO_MATH, files, references }: RenderOptions,
): string {
  return renderMarkdown(source, { docId: cellId(index), attachments, math, ...defined({ files, references }) });
}

/** Raw cells are for converters: only those whose format says that they are for web pages are shown. */
function rawInside(cell: ReportCell, options: RenderOptions): string {
  const { source, metadata } = cell;
  const { math = NO_MATH } = options;
  switch (metadata['raw_mimetype'] ?? metadata['format']) {
    case 'text/html':
      return containHtml(formulasInHtml(source, math), reportMapping(options));
    case 'text/markdown':
      return markdown(cell, options);
    case 'text/latex':
      return renderFormula(source, true, math);
    default:
      return '';
  }
}

function prose(html: string): string {
  return `<div class="prose">${html}</div>`;
}
