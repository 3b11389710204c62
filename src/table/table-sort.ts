/** The order of a column's rows: by value where its type has one, as people sort where it is text. */
import { compareTexts, isMissing } from '../domain/run/table-order.ts';
import type { Column, Value } from './table-column.ts';
import type { PackedColumn } from './table-pack.ts';

/** Comparing in the order of a language takes microseconds; more different texts are compared letter by letter. */
const MOST_NATURAL = 50_000;

/** Positions of the rows in their order; missing values come last in both directions, and equal rows keep theirs. */
export function sortColumn(values: PackedColumn, column: Column, isDescending: boolean): Uint32Array {
  const { keys, isKnown } = column.type === 'text' || column.type === 'json' ? textKeys(values) : numberKeys(values);
  const known = new Uint32Array(isKnown.reduce((sum, one) => sum + one, 0));
  const missing = new Uint32Array(values.length - known.length);
  let [knownAt, missingAt] = [0, 0];
  for (let row = 0; row < values.length; row += 1)
    if (isKnown[row] === 1) known[knownAt++] = row;
    else missing[missingAt++] = row;
  if (isDescending) known.sort((a, b) => (keys[a]! < keys[b]! ? 1 : keys[a]! > keys[b]! ? -1 : a - b));
  else known.sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
  const order = new Uint32Array(values.length);
  order.set(known);
  order.set(missing, known.length);
  return order;
}

interface Keys {
  readonly keys: Float64Array | BigInt64Array | Uint32Array;
  /** 1 for each row with a value. */
  readonly isKnown: Uint8Array;
}

function numberKeys(values: PackedColumn): Keys {
  const isKnown = new Uint8Array(values.length);
  let keys: Float64Array | BigInt64Array = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const value = values.at(row);
    if (typeof value === 'bigint' && keys instanceof Float64Array) keys = exactKeys(values);
    const key = keys instanceof Float64Array ? Number(value) : 0;
    // a text among numbers may be a mask
    isKnown[row] = value === null || Number.isNaN(Number(value)) ? 0 : 1;
    if (keys instanceof Float64Array) keys[row] = key;
  }
  return { keys, isKnown };
}

/** Of whole numbers, some of which a double does not hold. */
function exactKeys(values: PackedColumn): BigInt64Array {
  return BigInt64Array.from({ length: values.length }, (_none, row) => exactKey(values.at(row)));
}

function exactKey(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  const near = Math.trunc(Number(value));
  if (!Number.isFinite(near)) return 0n;
  return BigInt(Math.max(-(2 ** 63), Math.min(2 ** 63 - 1024, near)));
}

/** Different texts are compared once. */
function textKeys(values: PackedColumn): Keys {
  const isKnown = new Uint8Array(values.length);
  const codes = new Uint32Array(values.length);
  const known = new Map<string, number>();
  for (let row = 0; row < values.length; row += 1) {
    const value = values.at(row);
    if (value === null) continue;
    const text = String(value);
    let code = known.get(text);
    if (code === undefined) known.set(text, (code = known.size));
    codes[row] = code;
    isKnown[row] = isMissing(text) ? 0 : 1;
  }
  const ranks = ranksOf([...known.keys()]);
  return { keys: codes.map((code) => ranks[code]!), isKnown };
}

function ranksOf(texts: readonly string[]): Uint32Array {
  const ranks = new Uint32Array(texts.length);
  if (texts.length <= MOST_NATURAL) {
    const order = Uint32Array.from(texts.keys()).sort((a, b) => compareTexts(texts[a]!, texts[b]!) || a - b);
    for (const [rank, code] of order.entries()) ranks[code] = rank;
    return ranks;
  }
  const folded = texts.map((text) => text.toLowerCase());
  const rankOf = new Map<string, number>();
  for (const text of [...new Set(folded)].sort()) rankOf.set(text, rankOf.size);
  return ranks.map((_none, code) => rankOf.get(folded[code]!)!);
}
