/** What a Jupyter widget shows, as text. Pure. Source: the models of @jupyter-widgets/base and /controls. */
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';

/** Widgets within widgets, and the characters of one text: a widget may contain itself. */
const DEPTH = 10;
export const TEXT_CHARS = 10_000;
const BAR_CHARS = 10;

/** The state of a widget by its id, as the kernel last gave it. */
export type WidgetStates = ReadonlyMap<string, JsonObject>;

export interface WidgetText {
  /** Undefined for a kind of widget whose state says nothing as text. Empty if it shows only outputs. */
  readonly text: string | undefined;
  /** False if it is longer, or nested deeper, than what is shown. */
  readonly isWhole: boolean;
}

export function widgetText(widget: string, states: WidgetStates): WidgetText {
  const state = states.get(widget);
  if (state === undefined || !isKnown(state)) return { text: undefined, isWhole: true };
  const reading = { states, left: TEXT_CHARS, isWhole: true };
  const text = describe(widget, reading, DEPTH);
  return { text: text.slice(0, TEXT_CHARS), isWhole: reading.isWhole && text.length <= TEXT_CHARS };
}

/** The ids of the Output widgets that a view of this widget shows, in order; itself, if it is one. */
export function outputWidgets(widget: string, states: WidgetStates): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const waiting = [widget];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const state = states.get(id);
    if (state === undefined || seen.has(id)) continue;
    seen.add(id);
    if (state['_model_name'] === 'OutputModel') found.add(id);
    waiting.push(...childrenOf(state).toReversed());
  }
  return [...found];
}

interface Reading {
  readonly states: WidgetStates;
  /** Characters that the whole text may still have. */
  left: number;
  /** False once something was left out. */
  isWhole: boolean;
}

function describe(widget: string, reading: Reading, depth: number): string {
  const state = reading.states.get(widget);
  if (state === undefined) return '';
  if (depth === 0 || reading.left <= 0) {
    reading.isWhole = false;
    return '';
  }
  const children = childrenOf(state);
  if (children.length === 0) {
    const own = described(state, depth === DEPTH);
    reading.left -= own.length + 1;
    return own;
  }
  const titles = listOf(state['titles']);
  const parts = children.flatMap((child, at) => {
    const text = describe(child, reading, depth - 1);
    const title = typeof titles[at] === 'string' && titles[at] !== '' ? `${titles[at]}: ` : '';
    return title + text === '' ? [] : [title + text];
  });
  return parts.join(state['_model_name'] === 'HBoxModel' ? ' ' : '\n');
}

function isKnown(state: JsonObject): boolean {
  return /^@jupyter-widgets\/(controls|output)$/.test(String(state['_model_module']));
}

/** A bar in a box has its numbers beside it. */
function described(state: JsonObject, isAlone: boolean): string {
  const label = plain(state['description']) || plain(state['placeholder']);
  const name = String(state['_model_name']);
  const value = /Progress/.test(name) ? bar(state, isAlone) : valueOf(state, name);
  if (name === 'ButtonModel' || name === 'ToggleButtonModel') return label === '' ? '' : `[${label}]`;
  const head = plain(state['description']);
  return head === '' || value === '' ? head + value : `${head}: ${value}`;
}

function valueOf(state: JsonObject, name: string): string {
  const { value, index } = state;
  const options = listOf(state['_options_labels']).map(plain);
  if (options.length > 0) {
    const chosen = Array.isArray(index) ? (index as Json[]) : index == null ? [] : [index];
    return chosen.flatMap((at) => options[Number(at)] ?? []).join(', ');
  }
  if (name === 'PasswordModel') return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return (value as Json[]).map(plain).join(/Range/.test(name) ? ' – ' : ', ');
  if (isJsonObject(value)) return '';
  return /^HTML/.test(name) ? withoutTags(plain(value)) : plain(value);
}

function bar({ value, min, max }: JsonObject, isAlone: boolean): string {
  const from = Number(min ?? 0);
  const part = (Number(value) - from) / (Number(max) - from);
  const full = Math.round(BAR_CHARS * Math.min(1, Math.max(0, Number.isFinite(part) ? part : 0)));
  return `|${'█'.repeat(full)}${' '.repeat(BAR_CHARS - full)}|${isAlone ? ` ${plain(value)}/${plain(max)}` : ''}`;
}

function childrenOf(state: JsonObject): string[] {
  return listOf(state['children']).flatMap((child) =>
    typeof child === 'string' && child.startsWith('IPY_MODEL_') ? [child.slice('IPY_MODEL_'.length)] : [],
  );
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

function plain(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, TEXT_CHARS) : '';
}

function withoutTags(html: string): string {
  const text = html.replace(/<[^<>]*>/g, '');
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: ' ', '#39': "'" };
  return text.replace(/&(#?\w{1,6});/g, (whole, name: string) => entities[name] ?? whole).trim();
}
