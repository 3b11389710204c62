/** The state of the Jupyter widgets of a report, by their ids, as the notebook last set it. Pure. */
import { isJsonObject, type Json } from '../text/json.ts';
import type { StoredBundle, WidgetBuffer, WidgetChange } from '../run/run-event.ts';

export const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';
const REFERENCE = 'IPY_MODEL_';

export interface WidgetModel {
  readonly state: StoredBundle;
  readonly buffers: readonly WidgetBuffer[];
  /** Jupyter shows it no longer. */
  readonly isClosed?: true;
}

export const CLOSED: WidgetModel = { state: {}, buffers: [], isClosed: true };

export type WidgetModels = ReadonlyMap<string, WidgetModel>;

/** The id of the widget that a display is a view of; undefined for other displays. */
export function viewedWidget(data: StoredBundle): string | undefined {
  const view = data[WIDGET_VIEW];
  const id = isJsonObject(view) ? view['model_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** The model after the change. A binary value replaces what its key had, and is replaced with it. */
export function changedModel(model: WidgetModel | undefined, { state, buffers = [] }: WidgetChange): WidgetModel {
  const changed = new Set([...Object.keys(state), ...buffers.map(({ path }) => path[0])]);
  const kept = Object.entries(model?.state ?? {}).filter(([key]) => !changed.has(key));
  return {
    state: Object.fromEntries([...kept, ...Object.entries(state)]),
    buffers: [...(model?.buffers ?? []).filter(({ path }) => !changed.has(path[0])), ...buffers],
  };
}

/** The widgets that a value of a state refers to, in order. */
export function referencesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.startsWith(REFERENCE) ? [value.slice(REFERENCE.length)] : [];
  if (Array.isArray(value)) return (value as Json[]).flatMap(referencesIn);
  return isJsonObject(value) ? Object.values(value).flatMap(referencesIn) : [];
}

const known = new WeakMap<WidgetModel, readonly string[]>();

/** The widgets to which a widget refers, each as often as it does. */
export function referencesOf(model: WidgetModel): readonly string[] {
  const references = known.get(model) ?? referencesIn(model.state);
  known.set(model, references);
  return references;
}

export function isClosed(model: WidgetModel | undefined): boolean {
  return model?.isClosed === true;
}

/** Whether a reader may take it for something that can be used: ipywidgets gives all such widgets this value. */
export function isControl(model: WidgetModel | undefined): boolean {
  return model !== undefined && 'disabled' in model.state;
}

/** Whether it is a FigureWidget of plotly, whose own script is plotly itself. */
export function isFigure(model: WidgetModel | undefined): boolean {
  return model !== undefined && isFigureState(model.state);
}

/** As `isFigure`, of what the kernel sends first. */
export function isFigureState(state: StoredBundle): boolean {
  const module = String(state['_model_module']);
  return /^(?:jupyterlab-plotly|plotlywidget)$/.test(module) || /^plotly\./.test(String(state['_anywidget_id'] ?? ''));
}

/** The address of the picture in the state of ipympl's figures: it comes as one, or as PNG in base64. */
export function pictureAddress(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.startsWith('data:image/')) return value;
  return /^iVBOR[\w+/=]+$/.test(value) ? `data:image/png;base64,${value}` : undefined;
}

/** `IntSliderModel`, and its package. */
export function kindOf({ state }: WidgetModel): {
  readonly name: string;
  readonly module: string;
  readonly version: string;
} {
  const text = (key: string) => (typeof state[key] === 'string' ? state[key] : '');
  return { name: text('_model_name'), module: text('_model_module'), version: text('_model_module_version') };
}
