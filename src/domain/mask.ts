/** Keeps secrets out of whatever a run says: finds them, plain or encoded, and puts `MASKED` in their place. */
import { isJsonObject } from './json.ts';
import type { Json } from './json.ts';
import { buildAutomaton } from './mask-automaton.ts';
import { spellings } from './mask-encoding.ts';
import { endOf, firstEndingAfter, startOf, viewsOf, wholeUnits } from './mask-view.ts';
import type { View } from './mask-view.ts';

/** Stands for a secret. Its character is not one that people put into passwords: see `secretProblem`. */
export const MASKED = '•••';

/** Range [start, end) of UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Finding {
  /** What must be masked: in order, not overlapping. */
  readonly spans: readonly Span[];
  /** Text to come cannot change what is before this place. */
  readonly settled: number;
}

export interface Mask {
  /** True where there is nothing to mask. */
  readonly isEmpty: boolean;
  /** `goesOn`: more text will come, so an escape that is not complete at the end counts for nothing yet. */
  find(text: string, goesOn: boolean): Finding;
  text(text: string): string;
  /** The value with all its strings masked, keys and numbers that spell a secret included. */
  json<Value extends Json>(value: Value): Value;
}

/** `secrets` are those that `secretProblem` lets pass, in any order; empty and repeated ones do no harm. */
export function createMask(secrets: readonly string[]): Mask {
  const patterns = [...new Set(secrets)].filter((secret) => secret !== '').flatMap(spellings);
  if (patterns.length === 0) return NO_MASK;
  const automaton = buildAutomaton(patterns);

  function find(text: string, goesOn: boolean): Finding {
    const spans: Span[] = [];
    const views = viewsOf(text);
    let settled = text.length;
    for (const view of views) {
      const whole = wholeUnits(view);
      const open = automaton.scan(view.text, whole, (start, end) => {
        if (end - start >= view.leastMatch && (end <= whole || !goesOn))
          spans.push({ start: startOf(view, start), end: endOf(view, end - 1) });
      });
      if (open >= view.leastHold) settled = Math.min(settled, startOf(view, whole - open));
      settled = Math.min(settled, view.openFrom ?? settled);
    }
    return { spans: join(spans), settled: settled === text.length ? settled : beforeEscapes(views, settled) };
  }

  // A figure has a million numbers: they are looked at only where a secret could be one.
  const isNumeric = patterns.some((pattern) => /^[\d.eE+-]+$/.test(pattern));
  const maskNumber = (value: number): Json => (isNumeric && maskText(String(value)) !== String(value) ? MASKED : value);
  const maskText = (text: string): string => replace(text, find(text, false).spans);
  return {
    isEmpty: false,
    find,
    text: maskText,
    json: (value) => maskJson(value, maskText, maskNumber) as typeof value,
  };
}

export const NO_MASK: Mask = {
  isEmpty: true,
  find: (text) => ({ spans: [], settled: text.length }),
  text: (text) => text,
  json: (value) => value,
};

function replace(text: string, spans: readonly Span[]): string {
  let done = 0;
  let masked = '';
  for (const { start, end } of spans) {
    masked += text.slice(done, start) + MASKED;
    done = end;
  }
  return masked + text.slice(done);
}

function maskJson(value: Json, ofText: (text: string) => string, ofNumber: (value: number) => Json): Json {
  if (typeof value === 'string') return ofText(value);
  if (typeof value === 'number') return ofNumber(value);
  if (Array.isArray(value)) return value.map((item: Json) => maskJson(item, ofText, ofNumber));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [ofText(key), maskJson(item, ofText, ofNumber)]),
  );
}

function join(spans: Span[]): Span[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of spans.sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

/** The last place up to `place` that lies within no escape: what follows can be read on its own from there. */
function beforeEscapes(views: readonly View[], place: number): number {
  let at = place;
  for (let before = -1; before !== at;) {
    before = at;
    for (const view of views) {
      const unit = firstEndingAfter(view, at);
      if (unit < view.text.length) at = Math.min(at, startOf(view, unit));
    }
  }
  return at;
}
