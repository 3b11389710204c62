/** What a Jupyter widget shows, as text. Pure. Source: the models of @jupyter-widgets/base and /controls. */
import { isJsonObject, type Json } from '../text/json.ts';
import { isBlobReference } from '../run/run-blob.ts';
import type { StoredBundle } from '../run/run-event.ts';
import { kindOf, referencesIn, type WidgetModel, type WidgetModels } from './widget-model.ts';

/** Widgets within widgets, and the characters of one text: a widget may contain itself. */
const DEPTH = 10;
export const TEXT_CHARS = 10_000;
const BAR_CHARS = 10;

export interface WidgetText {
  /** Undefined for a kind of widget whose state says nothing as text. Empty if it shows only outputs. */
  readonly text: string | undefined;
  /** False if it is longer, or nested deeper, than what is shown. */
  readonly isWhole: boolean;
}

/** `value` returns a value of a state: those in blobs are references. */
export function widgetText(widget: string, models: WidgetModels, value: ReadValue = inline): WidgetText {
  const model = models.get(widget);
  if (model === undefined || !isKnown(model)) return { text: undefined, isWhole: true };
  const reading = { models, value, left: TEXT_CHARS, isWhole: true };
  const text = describe(widget, reading, DEPTH);
  return { text: text.slice(0, TEXT_CHARS), isWhole: reading.isWhole && text.length <= TEXT_CHARS };
}

export type ReadValue = (stored: StoredBundle[string] | undefined) => Json | undefined;

interface Reading {
  readonly models: WidgetModels;
  readonly value: ReadValue;
  /** Characters that the whole text may still have. */
  left: number;
  /** False once something was left out. */
  isWhole: boolean;
}

function describe(widget: string, reading: Reading, depth: number): string {
  const model = reading.models.get(widget);
  if (model === undefined) return '';
  if (depth === 0 || reading.left <= 0) {
    reading.isWhole = false;
    return '';
  }
  const state: StoredBundle = { ...model.state, value: reading.value(model.state['value']) ?? null };
  const children = referencesIn(state['children']);
  if (children.length === 0) {
    const own = isKnown(model) ? described(state, depth === DEPTH) : kindOf(model).name.replace(/Model$/, '');
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

const inline: ReadValue = (stored) => (isBlobReference(stored) ? undefined : stored);

function isKnown({ state }: WidgetModel): boolean {
  return /^@jupyter-widgets\/(controls|output)$/.test(String(state['_model_module']));
}

/** A bar in a box has its numbers beside it. */
function described(state: StoredBundle, isAlone: boolean): string {
  const label = plain(state['description']) || plain(state['placeholder']).replace('\u200b', '');
  const name = String(state['_model_name']);
  const value = /Progress/.test(name) ? bar(state, isAlone) : valueOf(state, name);
  if (name === 'ButtonModel' || name === 'ToggleButtonModel') return label === '' ? '' : `[${label}]`;
  const head = plain(state['description']);
  return head === '' || value === '' ? head + value : `${head}: ${value}`;
}

function valueOf(state: StoredBundle, name: string): string {
  const { value, index } = state;
  const options = listOf(state['_options_labels']).map(plain);
  if (options.length > 0) {
    const chosen = Array.isArray(index) ? (index as Json[]) : index == null ? [] : [index];
    return chosen.flatMap((at) => options[Number(at)] ?? []).join(', ');
  }
  if (name === 'PasswordModel') return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return (value as Json[]).map(plain).join(/Range/.test(name) ? ' – ' : ', ');
  if (isJsonObject(value)) return moment(value);
  return /^HTML/.test(name) ? withoutTags(plain(value)) : plain(value);
}

/** The value of a date or time picker, as `controls` sends it: months count from 0. */
function moment({ year, month, date, hours, minutes }: Readonly<Record<string, Json>>): string {
  const two = (value: Json | undefined) => String(Number(value)).padStart(2, '0');
  const day = year === undefined ? [] : [`${String(Number(year))}-${two(Number(month) + 1)}-${two(date)}`];
  return [...day, ...(hours === undefined ? [] : [`${two(hours)}:${two(minutes)}`])].join(' ');
}

function bar({ value, min, max }: StoredBundle, isAlone: boolean): string {
  const from = Number(min ?? 0);
  const part = (Number(value) - from) / (Number(max) - from);
  const full = Math.round(BAR_CHARS * Math.min(1, Math.max(0, Number.isFinite(part) ? part : 0)));
  return `|${'█'.repeat(full)}${' '.repeat(BAR_CHARS - full)}|${isAlone ? ` ${plain(value)}/${plain(max)}` : ''}`;
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}

function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, TEXT_CHARS) : '';
}

function withoutTags(html: string): string {
  const text = html.replace(/<[^<>]*>/g, '');
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: ' ', '#39': "'" };
  return text.replace(/&(#?\w{1,6});/g, (whole, name: string) => entities[name] ?? whole).trim();
}
