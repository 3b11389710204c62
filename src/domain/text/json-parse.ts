/** JSON from outside whose texts can all be encoded. */

/** A surrogate may be written as an escape only: text that was decoded from bytes has no lone one. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

/**
 * As `JSON.parse`; half of a surrogate pair in a text or a name becomes U+FFFD. The nesting must be bounded. Throws
 * `SyntaxError`.
 */
export function parseWellFormed(json: string): unknown {
  const value: unknown = JSON.parse(json);
  return SURROGATE.test(json) ? toWellFormed(value) : value;
}

function toWellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(toWellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name.toWellFormed(), toWellFormed(part)]));
}
