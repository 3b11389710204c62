/** One output of a cell as one element, with the id that live patches use. */
import type { Json } from '../domain/text/json.ts';
import { isJsonObject } from '../domain/text/json.ts';
import { isBlobReference } from '../domain/run/run-blob.ts';
import type { ReportDisplay, ReportInside, ReportNotice } from '../domain/report/report.ts';
import { drawn } from './bound-draw.ts';
import { renderError } from './error.ts';
import { attributes, escapeHtml } from './html.ts';
import { NO_MATH } from './math/math-context.ts';
import { WORDS } from './report-text.ts';
import { longText, longTextHtml } from './long-text.ts';
import { chooseMime, neededLibrary, type Choice } from './mime/choose.ts';
import { valueText } from './mime/renderer.ts';
import type { RenderOptions } from './options.ts';
import { shownItems, type ShownItem, type ShownRest } from './shown.ts';
import { renderText } from './stream.ts';
import { renderTableTools } from './table-tools.ts';

export function renderOutput(output: ShownItem, options: RenderOptions): string {
  return [...outputPieces(output, options)].join('');
}

/** The same in pieces, each drawn when it is asked for. */
export function* outputPieces(output: ShownItem, options: RenderOptions): Generator<string> {
  switch (output.type) {
    case 'text':
      return yield renderText(output, options);
    case 'error':
      return yield renderError(output, options.step);
    case 'notice':
      return yield renderNotice(output);
    case 'display':
      return yield* displayPieces(output, options);
    case 'rest':
      return yield* restPieces(output, options);
  }
}

function* restPieces({ id, items, ...counts }: ShownRest, options: RenderOptions): Generator<string> {
  yield `<details id="${id}" class="outputs-rest">${renderRestSummary({ id, ...counts })}`;
  for (const item of items) yield* outputPieces(item, options);
  yield '</details>';
}

/** The button that shows the outputs, with their number. */
export function renderRestSummary({ id, first, all }: Omit<ShownRest, 'items' | 'type'>): string {
  return (
    `<summary id="${restSummaryId({ id })}"><span class="when-closed">${WORDS.allOutputs(all)}</span>` +
    `<span class="when-open">${WORDS.firstOutputs(first)}</span></summary>`
  );
}

export function restSummaryId({ id }: Pick<ShownRest, 'id'>): string {
  return `${id}-count`;
}

export function renderNotice({ id, text }: ReportNotice): string {
  return `<p id="${id}" class="output note">${escapeHtml(text)}</p>`;
}

function* displayPieces(output: ReportDisplay, options: RenderOptions): Generator<string> {
  const { id, data } = output;
  const choice = chooseMime(data, options.models);
  if (choice === undefined) return yield `<div id="${id}" class="output" hidden></div>`;
  const { mime, renderer, undrawn } = choice;
  const attrs = { id, class: `output output-${renderer.kind}`, 'data-mime': mime, 'data-needs': neededLibrary(data) };
  yield `<div${attributes(attrs)}>${renderTableTools(output, options)}`;
  const long = renderer.isPlain === true ? longText(data[mime], options) : undefined;
  if (long === undefined) yield drawnValue(output, choice, options);
  else yield* longTextHtml(long, options.attempt);
  const note = undrawn === undefined ? '' : `<p class="note">${escapeHtml(WORDS.alsoUnknown(undrawn))}</p>`;
  yield `${note}${within(output, options)}</div>`;
}

function drawnValue(output: ReportDisplay, { mime, renderer }: Choice, options: RenderOptions): string {
  const { id, data, metadata } = output;
  const value = resolved(data[mime], options);
  if (value === undefined) return `<p class="note">${WORDS.gone}</p>`;
  // formulas in outputs have no numbers: how many come before them is unknown
  const { firstNumber: _, ...math } = options.math ?? NO_MATH;
  const text = data['text/plain'] === undefined ? undefined : valueText(resolved(data['text/plain'], options));
  const own = isJsonObject(metadata[mime]) ? metadata[mime] : {};
  const ofMime = options.alt === undefined || own['alt'] !== undefined ? own : { ...own, alt: options.alt };
  const isIsolated = metadata['isolated'] === true || ofMime['isolated'] === true;
  return drawn(
    () => renderer.render({ id, mime, value, options, metadata: ofMime, isIsolated, text, math }),
    () => text ?? valueText(value),
    options.attempt,
  );
}

/** What a view of a widget contains: one element for each Output widget in it. */
function within({ inside = [] }: ReportDisplay, options: RenderOptions): string {
  return inside
    .map(({ id, widget, ...contents }) => {
      const items = insideItems({ id, widget, ...contents }).map((item) => renderOutput(item, options));
      return `<div${attributes({ id, class: 'widget-outputs', 'data-widget': widget })}>${items.join('')}</div>`;
    })
    .join('');
}

/** What is shown of an Output widget in a view. */
export function insideItems({ id, outputs }: ReportInside): readonly ShownItem[] {
  return shownItems({ index: Number(/^c(\d+)-/.exec(id)?.[1] ?? 0), outputs, tags: [], metadata: {} });
}

function resolved(value: StoredValue | undefined, options: RenderOptions): Json | undefined {
  return isBlobReference(value) ? options.blob(value) : value;
}

type StoredValue = ReportDisplay['data'][string];
