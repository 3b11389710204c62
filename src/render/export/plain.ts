/** The content of a report as HTML for converters: no styles and scripts, formulas as TeX, charts as their pictures. */
import { defined } from '../../domain/defined.ts';
import { isFigure, kindOf, viewedWidget, type WidgetModels } from '../../domain/report/widget-model.ts';
import { shapeOf } from '../../domain/report/widget-shape.ts';
import { isDrawable } from '../mime/widget.ts';
import type { Report, ReportCell, ReportDisplay, ReportOutput } from '../../domain/report/report.ts';
import { isBlobReference } from '../../domain/run/run-blob.ts';
import type { StoredBundle } from '../../domain/run/run-event.ts';
import { renderArticle } from '../document.ts';
import { escapeHtml } from '../html.ts';
import { chooseMime } from '../mime/choose.ts';
import { valueText } from '../mime/renderer.ts';
import { isLoading } from '../output-load.ts';
import type { RenderOptions } from '../options.ts';
import type { ReportFact } from './html.ts';
import { plainHtml } from './plain-html.ts';
import { fitTables } from './plain-table.ts';
import { WORDS } from '../report-text.ts';

export interface PlainExportOptions extends Pick<RenderOptions, 'blob' | 'attempt'> {
  readonly facts?: readonly ReportFact[];
  /** Whether tables must fit on pages. */
  readonly hasPages?: boolean;
}

/** Kinds of outputs that need no script. */
const STILL = new Set(['file', 'html', 'image', 'latex', 'markdown', 'text']);
const PICTURE = /^image\/(?:png|jpe?g|gif|webp|bmp|svg\+xml)$/;
/** The message with which a library is loaded. */
const LOAD = /^application\/vnd\.(?:bokehjs|holoviews)_load\.v0\+json$/;
const MOST_EMPTY_CHARS = 10_000;
const JSON_CHARS = 100_000;

export function exportPlain(report: Report, { facts = [], hasPages = false, ...options }: PlainExportOptions): string {
  const pictured: Report = {
    ...report,
    cells: report.cells.map((cell) => picturedCell(cell, { ...options, ...defined({ models: report.models }) })),
  };
  const article = renderArticle(pictured, { ...options, withoutFrames: true, asset: () => '' });
  const { language, showCode, title } = report;
  const rows = facts.map(({ label, value }) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`);
  const list = rows.length === 0 ? '' : `<dl>${rows.join('')}</dl>\n`;
  const content = plainHtml(article, { language, showCode });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body>
${list}${hasPages ? fitTables(content) : content}
</body>
</html>
`;
}

function picturedCell(cell: ReportCell, drawing: Drawing): ReportCell {
  const outputs = cell.outputs.map((output) => picturedOutput(output, drawing));
  return outputs.every((output, at) => output === cell.outputs[at]) ? cell : { ...cell, outputs };
}

type Drawing = Pick<RenderOptions, 'blob' | 'models'>;

function picturedOutput(output: ReportOutput, { blob, models = new Map() }: Drawing): ReportOutput {
  if (output.type !== 'display') return output;
  const { mime, renderer } = chooseMime(output.data) ?? {};
  if (mime === undefined || renderer === undefined) return output;
  // the sentence of the report
  if (isMissing(output.data[mime], blob)) return output;
  if (renderer.kind === 'json') return jsonText(output, mime, blob);
  const html = mime === 'text/html' ? htmlOf(output, blob) : '';
  if (isEmpty(html) || (html !== '' && isLoading(html)) || renderer.kind === 'javascript' || LOAD.test(mime))
    return withData(output, { 'text/html': perhapsPlace(output.id) });
  if (STILL.has(renderer.kind) && !isDrawnByScript(html)) return output;
  const picture = Object.keys(output.data).find((name) => PICTURE.test(name));
  if (picture !== undefined) return withData(output, only(output.data, [picture, 'text/plain']));
  if (renderer.kind === 'media') return withData(output, { 'text/html': `<p><em>${WORDS.mediaElsewhere}</em></p>` });
  const id = viewedWidget(output.data);
  if (id !== undefined && isDrawable(id, models) && hasDrawing(id, models))
    return withData(output, { 'text/html': chartPlace(output.id) });
  // these say themselves what they are
  if (renderer.kind === 'undrawn' || renderer.kind === 'widget') return output;
  return withData(output, { 'text/html': chartPlace(output.id) });
}

/** A figure of plotly, or what the script of an anywidget draws: their states say nothing as text. */
function hasDrawing(widget: string, models: WidgetModels): boolean {
  const parts = shapeOf(widget, models).parts.flatMap((part) => models.get(part) ?? []);
  return parts.some((model) => isFigure(model) || kindOf(model).module === 'anywidget');
}

function isMissing(value: StoredBundle[string] | undefined, blob: RenderOptions['blob']): boolean {
  return isBlobReference(value) && blob(value) === undefined;
}

function htmlOf({ data }: ReportDisplay, blob: RenderOptions['blob']): string {
  const value = data['text/html'];
  return valueText(isBlobReference(value) ? blob(value) : value);
}

/** A table may bring a script, too: it is not a chart. Frames are drawn whatever is in them. */
function isDrawnByScript(html: string): boolean {
  return /<script\b|<iframe\b[^>]*\bsrcdoc\b/i.test(html) && !/<table\b/i.test(html);
}

/** Elements without text, into which the script of another output perhaps draws. */
function isEmpty(html: string): boolean {
  return html.length < MOST_EMPTY_CHARS && /^(?:\s*<\/?(?:div|span|p|center)\b[^<>]*>\s*)+$/i.test(html);
}

function jsonText(output: ReportDisplay, mime: string, blob: RenderOptions['blob']): ReportDisplay {
  const stored = output.data[mime];
  const value = isBlobReference(stored) ? blob(stored) : stored;
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return withData(output, { 'text/plain': text.slice(0, JSON_CHARS) });
}

/** For what perhaps shows nothing. */
function perhapsPlace(id: string): string {
  return `<p id="chart-${id}"></p>`;
}

/** A writer with a browser puts the chart's picture here. */
function chartPlace(id: string): string {
  return `<p id="chart-${id}"><em>${WORDS.chartElsewhere}</em></p>`;
}

function withData(output: ReportDisplay, data: StoredBundle): ReportDisplay {
  return { ...output, data };
}

function only(data: StoredBundle, names: readonly string[]): StoredBundle {
  return Object.fromEntries(Object.entries(data).filter(([name]) => names.includes(name)));
}
