/** Keeps secrets out of everything that a run shows: finds them, plain or encoded, and replaces them by `MASKED`. */
import { isJsonObject } from '../text/json.ts';
import type { Json } from '../text/json.ts';
import { buildAutomaton } from './mask-automaton.ts';
import { spellings } from './mask-encoding.ts';
import { endOf, firstEndingAfter, startOf, viewsOf, wholeUnits } from './mask-view.ts';
import type { View } from './mask-view.ts';
import { MASKED } from './mask-span.ts';
import type { Finder, MaskFinding, FindOptions, Span } from './mask-span.ts';
import { maskPieces } from './mask-stream.ts';

export interface Mask extends Finder {
  text(text: string): string;
  /** The value with all its strings masked, including keys and numbers that spell a secret. */
  json<Value extends Json>(value: Value): Value;
}

/** `secrets` are those that `secretProblem` accepts, in any order; empty and repeated ones are harmless. */
export function createMask(secrets: readonly string[]): Mask {
  const patterns = [...new Set(secrets)].filter((secret) => secret !== '').flatMap(spellings);
  if (patterns.length === 0) return NO_MASK;
  const automaton = buildAutomaton(patterns);

  function find(text: string, { goesOn, isMarkup }: FindOptions): MaskFinding {
    const spans: Span[] = [];
    const views = viewsOf(text, isMarkup);
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

  // A figure has a million numbers: they are searched only if a secret could be one.
  const isNumeric = patterns.some((pattern) => /^[\d.eE+-]+$/.test(pattern));
  const maskNumber = (value: number): Json => (isNumeric && maskText(String(value)) !== String(value) ? MASKED : value);
  const finder: Finder = { isEmpty: false, find };
  const maskText = (text: string): string => [...maskPieces(finder, text)].join('');
  return {
    ...finder,
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

/** The last position up to `place` that is not within an escape: the text after it can be read on its own. */
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
