/** Finds where each item of a list begins and ends in JSON, so that a large notebook is read cell by cell. */
import { skipSpace } from '../text/json-skip.ts';

/** UTF-8. `head` and `tail` together are the object with an empty list. */
export interface ListPieces {
  readonly head: Uint8Array;
  readonly items: readonly Uint8Array[];
  readonly tail: Uint8Array;
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const QUOTE = code('"');
const BACKSLASH = code('\\');
const COMMA = code(',');
const COLON = code(':');
const [BRACE, BRACE_END, BRACKET, BRACKET_END] = [code('{'), code('}'), code('['), code(']')];

/**
 * Undefined if the bytes are no object with a list of this name, as far as can be seen: values themselves are not
 * checked.
 */
export function splitList(bytes: Uint8Array, wanted: 'cells' | 'outputs'): ListPieces | undefined {
  const start = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
  const [found, ...others] = splitObject(bytes, start, wanted)?.filter(({ name }) => name === wanted) ?? [];
  if (found?.items === undefined || others.length > 0) return undefined;
  return { head: bytes.subarray(start, found.from + 1), items: found.items, tail: bytes.subarray(found.end - 1) };
}

/** A value of an object: its place in the bytes. */
export interface Member {
  readonly name: string;
  readonly from: number;
  readonly end: number;
  /** Of the list that was asked for. */
  readonly items?: readonly Uint8Array[];
}

/**
 * Undefined if no object begins here, as far as can be seen, or if a name is written with escapes. A list with the name
 * `list` is split in the same pass.
 */
export function splitObject(bytes: Uint8Array, start: number, list?: string): Member[] | undefined {
  const members: Member[] = [];
  let at = skipSpace(bytes, start);
  if (bytes[at] !== BRACE) return undefined;
  do {
    const key = skipSpace(bytes, at + 1);
    const colon = skipSpace(bytes, endOfValue(bytes, key));
    if (bytes[key] !== QUOTE || bytes[colon] !== COLON) return undefined;
    const written = bytes.subarray(key + 1, bytes.lastIndexOf(QUOTE, colon));
    // a name that is written with escapes could be the same one
    if (written.includes(BACKSLASH)) return undefined;
    const name = new TextDecoder().decode(written);
    const from = skipSpace(bytes, colon + 1);
    const split = name === list && bytes[from] === BRACKET ? itemsAt(bytes, from) : undefined;
    const end = split === undefined ? endOfValue(bytes, from) : split.end;
    members.push({ name, from, end, ...(split && { items: split.items }) });
    at = skipSpace(bytes, end);
  } while (bytes[at] === COMMA);
  return bytes[at] === BRACE_END ? members : undefined;
}

/** The items of the list that begins here, and the place behind its closing bracket. */
function itemsAt(bytes: Uint8Array, from: number): { readonly items: Uint8Array[]; readonly end: number } | undefined {
  const items: Uint8Array[] = [];
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === BRACKET_END) return { items, end: at + 1 };
  for (;;) {
    const end = endOfValue(bytes, at);
    items.push(bytes.subarray(at, end));
    at = skipSpace(bytes, end);
    if (bytes[at] === BRACKET_END) return { items, end: at + 1 };
    if (bytes[at] !== COMMA) return undefined;
    at = skipSpace(bytes, at + 1);
  }
}

/** Behind the value that begins here; the end of the bytes if it is not closed. */
export function endOfValue(bytes: Uint8Array, from: number): number {
  if (bytes[from] === QUOTE) return endOfString(bytes, from);
  if (bytes[from] !== BRACE && bytes[from] !== BRACKET) return endOfWord(bytes, from);
  let depth = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at) - 1;
    else if (byte === BRACE || byte === BRACKET) depth += 1;
    else if (byte === BRACE_END || byte === BRACKET_END) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return bytes.length;
}

/** A quote behind an odd number of backslashes is part of the string. */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from + 1); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    let before = at - 1;
    while (bytes[before] === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 1) return at + 1;
  }
  return bytes.length;
}

/** Numbers, `true`, `null` and the like. */
function endOfWord(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && ![COMMA, BRACE_END, BRACKET_END].includes(bytes[at] ?? 0)) at += 1;
  return at;
}

function code(character: string): number {
  return character.charCodeAt(0);
}
