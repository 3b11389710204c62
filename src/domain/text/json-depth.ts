/** How deeply JSON text is nested, without parsing values: code that walks over deep values may run out of stack. */

/** Nothing that walks over a value may run out of stack. */
export const DEPTH = 500;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** `[` and `{`, and their closing brackets, differ only in this bit. */
const BRACE = 0x20;
/** Checking these one by one is faster than searching for the next quote. */
const NEAR_BYTES = 64;

/** True if arrays and objects are nested more than `limit` deep. For text that is not JSON, the result is arbitrary. */
export function isDeeper(text: Uint8Array, limit: number): boolean {
  if (text.length <= 2 * limit) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at]!;
    if (byte === QUOTE) at = endOfString(text, at);
    else if ((byte | BRACE) === OPEN) {
      depth += 1;
      if (depth > limit) return true;
    } else if ((byte | BRACE) === CLOSE) depth -= 1;
  }
  return false;
}

/** Where the string that begins at the quote ends. Long strings are most of the data: they are skipped. */
export function endOfString(text: Uint8Array, start: number): number {
  let at = start + 1;
  for (;;) {
    for (const near = Math.min(text.length, at + NEAR_BYTES); at < near; at += 1) {
      if (text[at] === BACKSLASH) at += 1;
      else if (text[at] === QUOTE) return at;
    }
    const quote = text.indexOf(QUOTE, at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (quote - slashes > at && text[quote - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote;
    at = quote + 1;
  }
}
