/** A value JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** A text as files of notebooks hold it: its lines, or other pieces. */
export function isLines(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

/** True for equal values; the order of an object's keys counts, as it does for kernels. */
export function sameJson(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

/** A number as its JSON text, made by `exactNumber`: one that a JavaScript number would write otherwise. */
export interface ExactNumber {
  readonly rawJSON: string;
}

/** Browsers that lack it have no such numbers. */
const { isRawJSON } = JSON as unknown as { isRawJSON?: (value: unknown) => boolean };

export function isExactNumber(value: unknown): value is ExactNumber {
  return typeof value === 'object' && value !== null && isRawJSON?.(value) === true;
}
