/** Checks JSON in UTF-8 and finds its end without making values of it: for large values that are not needed. */

const code = (character: string) => character.charCodeAt(0);
const [QUOTE, BACKSLASH, MINUS, DOT, ZERO, U] = [code('"'), code('\\'), code('-'), code('.'), code('0'), code('u')];
const [COMMA, COLON] = [code(','), code(':')];
const [BRACE, BRACE_END, BRACKET, BRACKET_END] = [code('{'), code('}'), code('['), code(']')];
const SHORT_ESCAPES = new Set([...'"\\/bfnrt'].map(code));
/** With those that Python writes. */
const WORDS = ['true', 'false', 'null', 'NaN', 'Infinity', '-Infinity'].map((word) => [...word].map(code));

/**
 * The place behind the value that begins here; -1 if it is none (RFC 8259, and the bare words that `parseJsonText`
 * accepts).
 */
export function skipJson(bytes: Uint8Array, from: number): number {
  const open: number[] = [];
  let at = from;
  do {
    if (open.at(-1) === BRACE) at = skipName(bytes, at);
    if (at === -1) return -1;
    const byte = bytes[at];
    if (byte === BRACE || byte === BRACKET) {
      const inner = skipSpace(bytes, at + 1);
      if (bytes[inner] !== (byte === BRACE ? BRACE_END : BRACKET_END)) {
        open.push(byte);
        at = inner;
        continue;
      }
      at = inner + 1;
    } else at = byte === QUOTE ? skipString(bytes, at) : skipWord(bytes, at);
    if (at !== -1) at = closeAll(bytes, at, open);
    if (at === -1) return -1;
  } while (open.length > 0);
  return at;
}

export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return at;
}

/** Skips closing brackets, and the comma before the next value. */
function closeAll(bytes: Uint8Array, from: number, open: number[]): number {
  let end = from;
  while (open.length > 0) {
    const at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) return skipSpace(bytes, at + 1);
    if (bytes[at] !== (open.at(-1) === BRACE ? BRACE_END : BRACKET_END)) return -1;
    open.pop();
    end = at + 1;
  }
  return end;
}

function skipName(bytes: Uint8Array, from: number): number {
  const end = bytes[from] === QUOTE ? skipString(bytes, from) : -1;
  const colon = end === -1 ? -1 : skipSpace(bytes, end);
  return bytes[colon] === COLON ? skipSpace(bytes, colon + 1) : -1;
}

function skipString(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) return -1;
    if (byte !== BACKSLASH) continue;
    at += 1;
    if (SHORT_ESCAPES.has(bytes[at] ?? 0)) continue;
    if (bytes[at] !== U || ![1, 2, 3, 4].every((more) => isHex(bytes[at + more] ?? 0))) return -1;
    at += 4;
  }
  return -1;
}

function skipWord(bytes: Uint8Array, from: number): number {
  const word = WORDS.find((each) => each.every((byte, at) => bytes[from + at] === byte));
  if (word !== undefined) return from + word.length;
  const whole = bytes[from] === MINUS ? from + 1 : from;
  let at = bytes[whole] === ZERO ? whole + 1 : skipDigits(bytes, whole);
  if (at === whole) return -1;
  if (bytes[at] === DOT) {
    const fraction = skipDigits(bytes, at + 1);
    if (fraction === at + 1) return -1;
    at = fraction;
  }
  if (bytes[at] !== code('e') && bytes[at] !== code('E')) return at;
  const sign = bytes[at + 1] === MINUS || bytes[at + 1] === code('+') ? at + 2 : at + 1;
  const exponent = skipDigits(bytes, sign);
  return exponent === sign ? -1 : exponent;
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] ?? 0)) at += 1;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
