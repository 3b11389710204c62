/** Sets values within a figure of plotly by their names, such as `marker.color` or `shapes[0].x0`, as plotly does. */
import type { Json } from '../../domain/text/json.ts';

/** A value of a figure, with bytes in their places. */
export type FigureValue = Json | Uint8Array | readonly FigureValue[] | { readonly [key: string]: FigureValue };
type Fields = Record<string, FigureValue>;

/** Parts of a name: figures have about ten. */
const DEPTH = 50;
/** Names that are part of each object of JavaScript. */
const OWN_OF_OBJECTS = new Set(['__proto__', 'constructor', 'prototype']);
/** What plotly sends for a value that is not set. */
const UNSET = '_undefined_';

/**
 * Nothing happens for a name that no figure has, or an index that would leave a gap. `null` removes the value.
 * Containers that are missing on the way are made.
 */
export function setField(root: Fields, name: string | readonly string[], value: FigureValue): void {
  const keys = typeof name === 'string' ? name.split(/[.[\]]+/).filter((part) => part !== '') : name;
  if (keys.length === 0 || keys.length > DEPTH || keys.some((key) => OWN_OF_OBJECTS.has(key)) || value === UNSET)
    return;
  const path = keys.slice(0, -1);
  const place = value === null ? fieldAt(root, path) : madeAt(root, path, keys.slice(1));
  const last = keys.at(-1)!;
  if (place === undefined || !fits(place, last)) return;
  if (value !== null) place[last] = value;
  else if (!Array.isArray(place)) delete place[last];
}

/** The object or list at the path; undefined if there is none. */
export function fieldAt(root: Fields, path: readonly string[]): Fields | undefined {
  let at: Fields | undefined = root;
  for (const key of path) at = at !== undefined && Object.hasOwn(at, key) ? containerOf(at[key]) : undefined;
  return at;
}

/** `next`: for each part of the path the one after it, which says whether a list is needed. */
function madeAt(root: Fields, path: readonly string[], next: readonly string[]): Fields | undefined {
  let at: Fields = root;
  for (const [order, key] of path.entries()) {
    if (!fits(at, key)) return undefined;
    const known = Object.hasOwn(at, key) ? containerOf(at[key]) : undefined;
    const made = known ?? ((/^\d+$/.test(next[order] ?? '') ? [] : {}) as Fields);
    at[key] = made;
    at = made;
  }
  return at;
}

function containerOf(value: FigureValue | undefined): Fields | undefined {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array) ? (value as Fields) : undefined;
}

/** Lists grow by one at a time. */
function fits(place: Fields, key: string): boolean {
  return !Array.isArray(place) || (/^\d{1,9}$/.test(key) && Number(key) <= place.length);
}
