/**
 * A FigureWidget of plotly: its kernel tells its page what to change, by messages in keys of its state; without a page,
 * the figure is changed here. Source: `FigureModel` of plotly's widget bundle.
 */
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import { fieldAt, setField, type FigureValue } from './widget-field.ts';
import type { Buffers } from './widget-room.ts';

type Trace = Record<string, FigureValue>;
type Message = Readonly<Record<string, FigureValue>>;

export interface FigureValues {
  readonly state: JsonObject;
  readonly buffers: Buffers;
}

export interface Figure {
  /** Takes what is the figure's of new values of the state; false if there is nothing. */
  take(state: JsonObject, buffers: Buffers): boolean;
  /** The figure as it is now, as values of its state. Linear in its size. */
  values(): FigureValues;
}

/** `_data` and `_layout`: of plotly 5. */
const TRACES = ['_widget_data', '_data'];
const LAYOUT = ['_widget_layout', '_layout'];
const MESSAGE = '_py2js_';

/** Whether a value of the state is the figure itself, or a message that changes it. */
export function isFigureKey(key: string): boolean {
  return TRACES.includes(key) || LAYOUT.includes(key) || key.startsWith(MESSAGE);
}

export function createFigure(): Figure {
  let tracesKey = TRACES[0]!;
  let layoutKey = LAYOUT[0]!;
  let traces: Trace[] = [];
  let layout: Trace = {};

  function takeKey(key: string, value: FigureValue): boolean {
    if (TRACES.includes(key) && Array.isArray(value)) {
      tracesKey = key;
      traces = tracesIn(value);
    } else if (LAYOUT.includes(key) && isFields(value)) {
      layoutKey = key;
      layout = { ...value };
    } else if (key.startsWith(MESSAGE) && isFields(value)) change(key.slice(MESSAGE.length), value);
    else return false;
    return true;
  }

  function change(name: string, message: Message): void {
    switch (name) {
      case 'addTraces':
        traces.push(...tracesIn(message['trace_data']));
        return;
      case 'deleteTraces': {
        const gone = new Set(listIn(message['delete_inds']));
        traces = traces.filter((_, at) => !gone.has(at));
        return;
      }
      case 'moveTraces':
        traces = moved(traces, listIn(message['current_trace_inds']), listIn(message['new_trace_inds']));
        return;
      case 'restyle':
        return restyle(chosen(traces, message['restyle_traces']), message['restyle_data']);
      case 'relayout':
        return setFields(layout, message['relayout_data']);
      case 'update':
        restyle(chosen(traces, message['style_traces']), message['style_data']);
        return setFields(layout, message['layout_data']);
      case 'animate': {
        const styles = listIn(message['style_data']);
        for (const [at, trace] of chosen(traces, message['style_traces']).entries()) setFields(trace, styles[at]);
        return setFields(layout, message['layout_data']);
      }
    }
  }

  return {
    take(state, buffers) {
      const values = withBytes(state, buffers);
      return Object.entries(values).filter(([key, value]) => isFigureKey(key) && takeKey(key, value)).length > 0;
    },
    values() {
      const found: { path: (string | number)[]; bytes: Uint8Array }[] = [];
      const state = { [tracesKey]: apart(traces, [tracesKey], found), [layoutKey]: apart(layout, [layoutKey], found) };
      return { state, buffers: found };
    },
  };
}

/** Each value is a list with one for each trace, or one for all. */
function restyle(traces: readonly Trace[], style: FigureValue | undefined): void {
  if (!isFields(style)) return;
  for (const [key, value] of Object.entries(style))
    for (const [at, trace] of traces.entries()) {
      const list = Array.isArray(value) ? (value as FigureValue[]) : [value];
      if (list.length > 0) setField(trace, key, list[at % list.length]!);
    }
}

function setFields(to: Trace, fields: FigureValue | undefined): void {
  if (isFields(fields)) for (const [key, value] of Object.entries(fields)) setField(to, key, value);
}

/** Without a choice: all. */
function chosen(traces: readonly Trace[], given: FigureValue | undefined): readonly Trace[] {
  if (given === undefined || given === null) return traces;
  const indexes = Array.isArray(given) ? (given as FigureValue[]) : [given];
  return indexes.map((at) => traces[Number(at)]).filter((trace) => trace !== undefined);
}

function moved(traces: readonly Trace[], from: readonly FigureValue[], to: readonly FigureValue[]): Trace[] {
  const moving = from.flatMap((at, order) => {
    const trace = traces[Number(at)];
    return trace === undefined ? [] : [{ trace, to: Number(to[order]) }];
  });
  const left = traces.filter((trace) => !moving.some((each) => each.trace === trace));
  for (const each of moving.toSorted((one, other) => one.to - other.to)) left.splice(each.to, 0, each.trace);
  return left;
}

function tracesIn(value: FigureValue | undefined): Trace[] {
  return listIn(value)
    .filter(isFields)
    .map((trace) => ({ ...trace }));
}

function listIn(value: FigureValue | undefined): readonly FigureValue[] {
  return Array.isArray(value) ? (value as FigureValue[]) : [];
}

function isFields(value: FigureValue | undefined): value is Message {
  return isJsonObject(value) && !(value instanceof Uint8Array);
}

/** A copy of what belongs to the figure, with its binary values in their places. */
function withBytes(state: JsonObject, buffers: Buffers): Message {
  const own = Object.entries(state).filter(([key]) => isFigureKey(key));
  const copy = copyOf(Object.fromEntries(own)) as Trace;
  for (const { path, bytes } of buffers) {
    const place = fieldAt(copy, path.slice(0, -1).map(String));
    if (place !== undefined) setField(place, [String(path.at(-1))], bytes);
  }
  return copy;
}

function copyOf(value: FigureValue): FigureValue {
  if (Array.isArray(value)) return (value as FigureValue[]).map(copyOf);
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)])) : value;
}

/** A copy without binary values, which are added to `found` with their paths. */
function apart(
  value: FigureValue,
  path: readonly (string | number)[],
  found: { path: (string | number)[]; bytes: Uint8Array }[],
): Json {
  const inner = (item: FigureValue, key: string | number): Json => {
    if (!(item instanceof Uint8Array)) return apart(item, [...path, key], found);
    found.push({ path: [...path, key], bytes: item });
    return null;
  };
  if (Array.isArray(value)) return (value as FigureValue[]).map(inner);
  if (!isFields(value)) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item, key)]));
}
