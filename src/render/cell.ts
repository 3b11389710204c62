/** One cell of the notebook as one section: its code (hidden until asked for) and what it put out. */
import type { ReportCell } from '../domain/report/report.ts';
import { drawn } from './bounded.ts';
import { renderCode } from './code.ts';
import { attributes, containHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { renderMath } from './math.ts';
import { WORDS } from './message.ts';
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
  if (cell.type === 'markdown') return text(() => renderMarkdown(cell.source, cellId(cell.index), cell.attachments));
  if (cell.type === 'raw') return isForPages(cell) ? text(() => rawInside(cell)) : '';
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

/** Raw cells are for converters: only those that say they are for a page are shown on one. */
function rawInside({ index, source, metadata, attachments }: ReportCell): string {
  switch (metadata['raw_mimetype'] ?? metadata['format']) {
    case 'text/html':
      return containHtml(source);
    case 'text/markdown':
      return renderMarkdown(source, cellId(index), attachments);
    case 'text/latex':
      return renderMath(source, true);
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
