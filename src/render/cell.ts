/** One cell of the notebook as one section: its code (hidden until asked for) and what it put out. */
import type { ReportCell } from '../domain/report/report.ts';
import { drawn } from './bound-draw.ts';
import { renderCode } from './code.ts';
import { attributes, containHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { NO_MATH } from './math/math-context.ts';
import { renderFormula } from './math/math-formula.ts';
import { formulasInHtml } from './math/math-html.ts';
import { WORDS } from './report-text.ts';
import type { RenderOptions } from './options.ts';
import { renderOutput } from './output.ts';
import { shownItems } from './shown.ts';

export function renderCell(cell: ReportCell, language: string, options: RenderOptions): string {
  const attrs = attributes({ id: cellId(cell.index), class: `cell cell-${cell.type}`, 'data-state': cell.state });
  return `<section${attrs}>${inside(cell, language, options)}</section>\n`;
}

export function cellId(index: number): string {
  return `c${index}`;
}

export function showsOutputs(cell: ReportCell): boolean {
  return cell.type === 'code' && !isRemoved(cell, 'cell') && !isRemoved(cell, 'output');
}

function inside(cell: ReportCell, language: string, options: RenderOptions): string {
  if (isRemoved(cell, 'cell')) return '';
  const text = (make: () => string) => prose(drawn(make, () => cell.source, options.attempt));
  if (cell.type === 'markdown') return text(() => markdown(cell, options));
  if (cell.type === 'raw') return isForPages(cell) ? text(() => rawInside(cell, options)) : '';
  const outputs = showsOutputs(cell)
    ? shownItems(cell)
        .map((output) => renderOutput(output, options))
        .join('')
    : '';
  return `${code(cell, language, options)}<div id="${cellId(cell.index)}-out" class="outputs">${outputs}</div>`;
}

function code(cell: ReportCell, language: string, { attempt }: RenderOptions): string {
  if (cell.source.trim() === '' || isRemoved(cell, 'input')) return '';
  const source = renderCode(cell.source, language, attempt);
  if (cell.injected || cell.tags.includes('injected-parameters'))
    return `<details class="inputs"><summary>${WORDS.inputs}</summary>${source}</details>`;
  return `<div class="code">${source}</div>`;
}

function isForPages({ metadata }: ReportCell): boolean {
  return ['text/html', 'text/markdown', 'text/latex'].includes(String(metadata['raw_mimetype'] ?? metadata['format']));
}

function markdown({ index, source, attachments }: ReportCell, { math = NO_MATH }: RenderOptions): string {
  return renderMarkdown(source, { docId: cellId(index), attachments, math });
}

/** Raw cells are for converters: only those that say they are for a page are shown on one. */
function rawInside(cell: ReportCell, options: RenderOptions): string {
  const { source, metadata } = cell;
  const { math = NO_MATH } = options;
  switch (metadata['raw_mimetype'] ?? metadata['format']) {
    case 'text/html':
      return containHtml(formulasInHtml(source, math));
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

/** The tags that Jupyter's converters and Jupyter Book know: `remove-input`, `remove_output`, … */
function isRemoved({ tags }: ReportCell, part: 'cell' | 'input' | 'output'): boolean {
  return tags.includes(`remove-${part}`) || tags.includes(`remove_${part}`);
}
