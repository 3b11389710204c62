/**
 * A report as slides, by the metadata `slideshow` that JupyterLab writes: `slide`, `subslide`, `fragment`, `skip`,
 * `notes`. Source: nbconvert's slides exporter.
 */
import type { Report, ReportCell } from '../../domain/report/report.ts';
import { isJsonObject } from '../../domain/text/json.ts';
import { defined } from '../../domain/defined.ts';
import { renderCell } from '../cell.ts';
import { fileAddresses } from '../file-address.ts';
import { renderWidgets } from '../report-widget.ts';
import { reportMath } from '../report-math.ts';
import { reportReferences } from '../report-reference.ts';
import type { RenderOptions } from '../options.ts';
import { renderEnd } from '../report-end.ts';

type SlideType = 'slide' | 'subslide' | 'fragment' | 'skip' | 'notes' | '-';

const TYPES: ReadonlySet<unknown> = new Set<SlideType>(['slide', 'subslide', 'fragment', 'skip', 'notes', '-']);
/** Begins a slide where no cell says anything. */
const HEADING = /^\s*(?:#{1,2}\s|<h[12][\s>])/i;

/** In place of the article of a page. */
export function renderSlides(report: Report, options: RenderOptions): string {
  const math = reportMath(report);
  const files = fileAddresses(report, options);
  const references = reportReferences(report.cells);
  const models = defined({ models: report.models });
  const typeOf = slideTypes(report);
  /** Columns of slides; each slide is the HTML of its cells. */
  const columns: string[][] = [];
  for (const cell of report.cells) {
    const type = typeOf(cell);
    if (type === 'skip' || isEmpty(cell, report)) continue;
    const html = notSection(
      renderCell(cell, report.language, { ...options, ...models, files, references, math: math(cell.index) }),
    );
    if (type === 'slide' || columns.length === 0) columns.push(['']);
    else if (type === 'subslide') columns.at(-1)?.push('');
    const column = columns.at(-1) ?? [];
    column[column.length - 1] += framed(type, html);
  }
  const slides = columns.map((column) =>
    column.length === 1 ? section(column[0] ?? '') : `<section>${column.map(section).join('')}</section>\n`,
  );
  return `<article id="report" class="reveal"><div class="slides">\n${slides.join('')}${endSlide(report, options)}</div>${renderWidgets(report, options)}</article>`;
}

function slideTypes(report: Report): (cell: ReportCell) => SlideType {
  const given = report.cells.some((cell) => givenType(cell) !== undefined);
  if (given) return (cell) => givenType(cell) ?? '-';
  return ({ type, source }) => (type === 'markdown' && HEADING.test(source) ? 'slide' : '-');
}

function givenType({ metadata }: ReportCell): SlideType | undefined {
  const { slideshow } = metadata;
  const type = isJsonObject(slideshow) ? slideshow['slide_type'] : undefined;
  return TYPES.has(type) ? (type as SlideType) : undefined;
}

/** Code that is not shown makes no slide. */
function isEmpty({ type, outputs, injected, state }: ReportCell, { showCode }: Report): boolean {
  if (type === 'code') return outputs.length === 0 && (injected || !showCode);
  return state === 'skipped';
}

function framed(type: SlideType, html: string): string {
  if (type === 'fragment') return `<div class="fragment">${html}</div>`;
  return type === 'notes' ? `<aside class="notes">${html}</aside>` : html;
}

/** Sections within a slide, those of footnotes, too, would be slides. */
function notSection(html: string): string {
  return html.replace(/<(\/?)section(?=[\s>])/gi, '<$1div');
}

function section(html: string): string {
  return `<section>${html}</section>\n`;
}

/** Only if there is something to say. */
function endSlide(report: Report, options: RenderOptions): string {
  const end = renderEnd(report, options);
  return end.includes('<p') ? section(end) : '';
}
