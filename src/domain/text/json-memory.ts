/**
 * How much memory the value of JSON text takes beside its texts, without building it: an engine that runs out of memory
 * while it parses ends the whole process, not the thread alone.
 */
import { endOfString } from './json-depth.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const OPEN = 0x7b;
/** `[` and `{` differ only in this bit. */
const BRACE = 0x20;

/** Bytes, by measurement, rounded up: an element of an array; a member of an object; an array or object itself. */
const ELEMENT = 16;
const MEMBER = 32;
const CONTAINER = 48;
/** A text, without its characters. */
const TEXT = 24;
/** A member with a name that no earlier one has: objects of the same names share a description of them. */
const NEW_NAME = 400;
const NAME_BYTES = 64;

/** Approximate, in bytes; at least `limit` if it is more than that: the rest is not read. */
export function jsonMemory(text: Uint8Array, limit: number): number {
  const names = new Set<number>();
  let bytes = 0;
  for (let at = 0; at < text.length && bytes < limit; at += 1) {
    const byte = text[at]!;
    if (byte === COMMA) bytes += ELEMENT;
    else if ((byte | BRACE) === OPEN) bytes += CONTAINER;
    else if (byte === QUOTE) {
      const end = endOfString(text, at);
      let next = end + 1;
      while (text[next]! <= SPACE) next += 1;
      if (text[next] === COLON) bytes += names.size === names.add(hashOf(text, at, end)).size ? MEMBER : NEW_NAME;
      else bytes += TEXT;
      at = end;
    }
  }
  return bytes;
}

/** FNV-1a of the beginning and the length: names so long that they differ only later are few. */
function hashOf(text: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  for (let at = start; at < Math.min(end, start + NAME_BYTES); at += 1)
    hash = Math.imul(hash ^ text[at]!, 0x01000193) >>> 0;
  return hash;
}
