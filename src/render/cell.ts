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
import { renderOutput } from './output.ts';
import { shownItems } from './shown.ts';

const MOST_CAPTION_CHARS = 2000;
const MOST_LABEL_CHARS = 200;

export function renderCell(cell: ReportCell, language: string, options: RenderOptions): string {
  const attrs = attributes({ id: cellId(cell.index), class: `cell cell-${cell.type}`, 'data-state': cell.state });
  return `<section${attrs}>${inside(cell, language, options)}</section>\n`;
}

export function cellId(index: number): string {
  return `c${index}`;
}

/** Whether its outputs are on the page, possibly folded. */
export function showsOutputs(cell: ReportCell): boolean {
  return cell.type === 'code' && visibilityOf(cell, 'output') !== 'removed';
}

function inside(cell: ReportCell, language: string, options: RenderOptions): string {
  const text = (make: () => string) => prose(drawn(make, () => cell.source, options.attempt));
  if (cell.type === 'code') return code(cell, language, options) + outputs(cell, options);
  const visibility = visibilityOf(cell, 'input');
  if (visibility === 'removed' || (cell.type === 'raw' && !isForPages(cell))) return '';
  const html = text(() => {
    if (cell.type !== 'markdown') return rawInside(cell, options);
    return options.title === undefined ? markdown(cell, options) : markTitle(markdown(cell, options), options.title);
  });
  return visibility === 'folded' ? folded(WORDS.text, html) : html;
}

function outputs(cell: ReportCell, options: RenderOptions): string {
  if (visibilityOf(cell, 'output') === 'removed' && visibilityOf(cell, 'input') === 'removed') return '';
  const drawing = withCode(cell, options);
  const items = showsOutputs(cell) ? shownItems(cell).map((output) => renderOutput(output, drawing)) : [];
  const attrs = { id: `${cellId(cell.index)}-out`, class: ['outputs', scrollOf(cell)].filter(Boolean).join(' ') };
  const html = captioned(cell, `<div${attributes(attrs)}>${items.join('')}</div>`, options);
  return visibilityOf(cell, 'output') === 'folded' ? folded(WORDS.output, html) : html;
}

/** The options for the outputs of a cell. */
export function withCode(cell: ReportCell, options: RenderOptions): RenderOptions {
  const alt = readCellOptions(cell.source).get('fig-alt')?.slice(0, MOST_CAPTION_CHARS);
  return { ...options, step: { source: cell.source, isRemoved: !showsFailure(cell) }, ...defined({ alt }) };
}

/** Quarto's captions and labels: `#| fig-cap: Sales by week`, `#| label: fig-sales`. */
function captioned(cell: ReportCell, html: string, options: RenderOptions): string {
  const given = readCellOptions(cell.source);
  const caption = given.get('fig-cap') ?? given.get('tbl-cap');
  const label = given.get('label');
  if (visibilityOf(cell, 'output') === 'removed' || (caption === undefined && label === undefined)) return html;
  const { math = NO_MATH, references } = options;
  const number = references?.get(label ?? '');
  const text = [number, caption?.slice(0, MOST_CAPTION_CHARS)].filter((part) => part !== undefined).join(': ');
  const make = () => renderMarkdown(text, { docId: `${cellId(cell.index)}-caption`, math, ...defined({ references }) });
  const below = text === '' ? '' : `<figcaption>${drawn(make, () => text, options.attempt)}</figcaption>`;
  return `<figure${attributes({ id: label?.slice(0, MOST_LABEL_CHARS), class: 'captioned' })}>${html}${below}</figure>`;
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
  const html = visibility === 'folded' ? folded(summary, source, given.get('code-fold') === 'show') : source;
  const attrs = isCodeWanted(cell) ? { class: 'code wanted' } : { class: 'code', hidden: 'until-found' };
  return `<div${attributes(attrs)}>${html}</div>`;
}

function folded(summary: string, html: string, isOpen = false): string {
  return `<details class="folded"${isOpen ? ' open' : ''}><summary>${summary}</summary>${html}</details>`;
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
