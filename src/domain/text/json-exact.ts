/**
 * JSON text to values and back without losing a digit: a number that JavaScript would write otherwise (`2.0`, `1e3`,
 * integers beyond ±(2^53−1)) stays the text that was sent. `JSON.stringify` writes it as it is.
 * Source: https://tc39.es/proposal-json-parse-with-source/
 */
import type { ExactNumber, Json } from './json.ts';

const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => ExactNumber };

/** The number that the text, a number of JSON, stands for: a JavaScript number where that is the same. */
export function exactNumber(text: string): Json {
  return JSON.stringify(Number(text)) === text ? Number(text) : (rawJSON(text) as unknown as Json);
}

/** A number of Python's type `float`, also where it is whole: 2.0. */
export function floatNumber(value: number): Json {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return exactNumber(/[.e]/.test(text) ? text : `${text}.0`);
}

/**
 * The first integer in the text, which `parseJsonText` accepts, that a JavaScript number would round, as it stands
 * there.
 */
export function findRounded(text: string): string | undefined {
  let found: string | undefined;
  const plain = text.replace(/^\ufeff/, '').replace(/-?\b(?:NaN|Infinity)\b/g, 'null');
  JSON.parse(plain, (_name: string, value: unknown, context?: { source?: string }) => {
    if (typeof value === 'number' && context?.source !== undefined && isRounded(context.source))
      found ??= context.source;
    return undefined;
  });
  return found;
}

/** Whether a JavaScript number would round this text of an integer; false for other texts. */
export function isRounded(text: string): boolean {
  const value = Number(text);
  if (!/^[-+]?\d+$/.test(text) || Number.isSafeInteger(value)) return false;
  return !Number.isFinite(value) || BigInt(text) !== BigInt(value);
}

/** A name that would reach an object's prototype. */
export class UnsafeNameError extends Error {}

/**
 * Reads JSON text (RFC 8259) with exact numbers. Throws `SyntaxError`, and `UnsafeNameError` for the name `__proto__`.
 */
export function parseExactJson(text: string): Json {
  return JSON.parse(text, (name: string, value: unknown, context?: { source?: string }) => {
    if (name === '__proto__') throw new UnsafeNameError('The name __proto__ is not allowed.');
    return typeof value === 'number' && context?.source !== undefined ? exactNumber(context.source) : value;
  }) as Json;
}
