/**
 * `application/vnd.jupyter.widget-view+json`: a Jupyter widget, drawn by the frame with its last state; without
 * scripts, what it shows as text. What Output widgets contain follows in the output's element.
 */
import {
  isClosed,
  isControl,
  isFigure,
  kindOf,
  pictureAddress,
  viewedWidget,
  WIDGET_VIEW,
  type WidgetModel,
  type WidgetModels,
} from '../../domain/report/widget-model.ts';
import { linkedIn, shapeOf } from '../../domain/report/widget-shape.ts';
import { widgetText } from '../../domain/report/widget-text.ts';
import { isBlobReference } from '../../domain/run/run-blob.ts';
import { ansiToHtml } from '../ansi.ts';
import { attributes, escapeHtml, scriptJson } from '../html.ts';
import { WORDS } from '../report-text.ts';
import type { RenderOptions } from '../options.ts';
import type { MimeOutput, MimeRenderer } from './renderer.ts';
import { explained } from './undrawn.ts';

/** The packages whose widgets the frame can draw. */
const DRAWN = /^(?:@jupyter-widgets\/(?:base|controls|output)|anywidget|jupyter-matplotlib|jupyterlab-plotly)$/;

/** Whether its last state can be drawn. */
export function isDrawable(id: string, models: WidgetModels): boolean {
  const model = models.get(id);
  if (model === undefined || isClosed(model) || !DRAWN.test(kindOf(model).module)) return false;
  return shapeOf(id, models).problem === undefined;
}

/** What the HTML of a view depends on, as a text: views in which it is the same need not be written anew. */
export function viewState(id: string, models: WidgetModels): string {
  const model = models.get(id);
  if (model === undefined || isClosed(model)) return model === undefined ? 'unknown' : 'closed';
  const { parts, problem } = shapeOf(id, models);
  // shown as text, which no later patch of the state changes
  if (!isDrawable(id, models)) return JSON.stringify([problem, kindOf(model), widgetText(id, models).text]);
  const shown = parts.map((part) => ({ part, model: models.get(part) }));
  const pictures = shown.flatMap((each) => (isPicture(each.model) ? [each.model.state['_data_url']] : []));
  return JSON.stringify([isUsable(shown, models), shown.some((each) => isFigure(each.model)), pictures]);
}

interface Shown {
  readonly part: string;
  readonly model: WidgetModel | undefined;
}

/** Whether its controls do what they do in a notebook. */
function isUsable(shown: readonly Shown[], models: WidgetModels): boolean {
  const linked = linkedIn(models);
  return !shown.some((each) => isControl(each.model) && !linked.has(each.part));
}

function isPicture(model: WidgetModel | undefined): model is WidgetModel {
  return model !== undefined && kindOf(model).module === 'jupyter-matplotlib';
}

export const widget: MimeRenderer = {
  kind: 'widget',
  matches: (mime) => mime === WIDGET_VIEW,
  render: (output) => {
    const { value, options, text } = output;
    const id = viewedWidget({ [WIDGET_VIEW]: value }) ?? '';
    const model = options.models?.get(id);
    // of a report that was stored without states; one that shows only what it contains has no text of its own
    if (model === undefined || options.models === undefined) return text === '' ? '' : explained(WORDS.widget, output);
    if (isClosed(model)) return '';
    const said = { ...output, text: shownText(id, output) };
    const { parts, problem } = shapeOf(id, options.models);
    if (problem !== undefined) return explained(WORDS.widgetProblem[problem], said);
    const { name, module, version } = kindOf(model);
    if (!DRAWN.test(module)) return explained(WORDS.widgetUnknown(module, version, name), said);
    const shown = parts.map((part) => ({ part, model: options.models?.get(part) }));
    const pictures = shown.flatMap((each) => lastPicture(each.model, options.blob));
    const hasFigure = shown.some((each) => isFigure(each.model));
    const place = placeOf(id, textElement(said, pictures), hasFigure);
    return isUsable(shown, options.models) ? place : `${place}${note(WORDS.widgetState)}`;
  },
};

/** For readers without scripts, and other formats: the last pictures of ipympl's figures, and what else it says. */
function textElement({ text }: MimeOutput, pictures: readonly string[]): string {
  // its text names the tools of the figure
  const isNamed = pictures.length > 0 && /^Canvas\(/.test(text ?? '');
  const said = text === undefined || text === '' || isNamed ? '' : `<pre>${ansiToHtml(text)}</pre>`;
  const images = pictures.map((src) => `<img${attributes({ src, alt: WORDS.widgetPicture })}>`);
  return said === '' && images.length === 0 ? '' : `<div class="widget-text">${said}${images.join('')}</div>`;
}

function lastPicture(model: WidgetModel | undefined, blob: RenderOptions['blob']): readonly string[] {
  if (!isPicture(model)) return [];
  const stored = model.state['_data_url'];
  const address = pictureAddress(isBlobReference(stored) ? blob(stored) : stored);
  return address === undefined ? [] : [address];
}

function placeOf(id: string, said: string, hasFigure: boolean): string {
  const attrs = {
    class: 'report-chart widget-view',
    'data-draw': 'widget',
    'data-library': hasFigure ? 'widgets plotly' : 'widgets',
  };
  return `<div${attributes(attrs)}><script type="application/json">${scriptJson(id)}</script>${said}</div>`;
}

function note(sentence: string): string {
  return `<p class="note widget-note">${escapeHtml(sentence)}</p>`;
}

/** What the widget shows as text; for a kind that has none, what the notebook gave. */
function shownText(id: string, { text, options }: MimeOutput): string | undefined {
  const said = widgetText(id, options.models ?? new Map(), (stored) =>
    isBlobReference(stored) ? options.blob(stored) : stored,
  );
  return said.text === undefined || said.isWhole ? (said.text ?? text) : `${said.text}…`;
}
