/** The widgets of a saved notebook, as events. Source: the widget state of ipywidgets' `embed` schema. */
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';
import type { RunEvent, WidgetBuffer, WidgetChange } from '../domain/run/run-event.ts';

const STATE = 'application/vnd.jupyter.widget-state+json';

export interface SavedWidgets {
  /** Undefined for a notebook without widgets. */
  readonly event: RunEvent | undefined;
  /** The outputs in Output widgets, as the format saves them, by the widgets' ids. */
  readonly outputs: ReadonlyMap<string, readonly JsonObject[]>;
}

export function savedWidgets({ widgets }: JsonObject): SavedWidgets {
  const saved = object(object(object(widgets)[STATE])['state']);
  const outputs = new Map<string, readonly JsonObject[]>();
  const changes = Object.entries(saved).map(([widget, model]): WidgetChange => {
    const { outputs: given, ...state } = object(object(model)['state']);
    if (Array.isArray(given)) outputs.set(widget, (given as Json[]).filter(isJsonObject));
    const { model_name: name, model_module: module, model_module_version: version } = object(model);
    const kind = { _model_name: name ?? '', _model_module: module ?? '', _model_module_version: version ?? '' };
    return { widget, state: { ...kind, ...state }, buffers: savedBuffers(object(model)) };
  });
  return { event: changes.length === 0 ? undefined : { type: 'widgets-changed', changes }, outputs };
}

function savedBuffers({ buffers }: JsonObject): WidgetBuffer[] {
  if (!Array.isArray(buffers)) return [];
  return (buffers as Json[]).flatMap((buffer) => {
    const { path, data, encoding } = object(buffer);
    if (!Array.isArray(path) || typeof data !== 'string' || encoding !== 'base64') return [];
    return [{ path: path as (string | number)[], data }];
  });
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
