/** Long JSON as text in parts, between which other work can run. */
import { isExactNumber, type Json } from './json.ts';

/** Of a part, and of a piece of a long string. */
const PART_CHARS = 65_536;
/** What lies deeper is written in one go: `cells`, a cell, `outputs`, an output and `data` are above it. */
const DEPTH = 6;

/**
 * What `JSON.stringify(value, null, 1)` writes, in parts of some ten thousand characters, each made when it is asked
 * for. A part is longer only where a single value in the depth is, or the name of a member.
 */
export function* jsonParts(value: Json): Generator<string> {
  let part = '';
  for (const piece of pieces(value, 0)) {
    part += piece;
    if (part.length < PART_CHARS) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

function* pieces(value: Json, depth: number): Generator<string> {
  if (typeof value === 'string' && value.length > PART_CHARS) yield* quoted(value);
  else if (typeof value !== 'object' || value === null || isExactNumber(value) || depth >= DEPTH)
    yield wholeText(value, depth);
  else if (Array.isArray(value)) yield* list(['[', ']'], members(value), depth);
  else yield* list(['{', '}'], named(value as { readonly [key: string]: Json | undefined }), depth);
}

interface Member {
  /** With its colon; "" in an array. */
  readonly name: string;
  readonly value: Json;
}

function* members(values: readonly Json[]): Generator<Member> {
  for (const value of values) yield { name: '', value };
}

function* named(object: { readonly [key: string]: Json | undefined }): Generator<Member> {
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value !== undefined) yield { name: `${JSON.stringify(key)}: `, value };
  }
}

function* list([open, close]: readonly [string, string], all: Iterable<Member>, depth: number): Generator<string> {
  const lineEnd = `\n${' '.repeat(depth)}`;
  let isEmpty = true;
  for (const { name, value } of all) {
    yield `${isEmpty ? open : ','}${lineEnd} ${name}`;
    isEmpty = false;
    yield* pieces(value, depth + 1);
  }
  yield isEmpty ? open + close : lineEnd + close;
}

/** Only the line ends between values are line ends in JSON. */
function wholeText(value: Json, depth: number): string {
  return JSON.stringify(value, null, 1).replaceAll('\n', `\n${' '.repeat(depth)}`);
}

function* quoted(text: string): Generator<string> {
  yield '"';
  for (let at = 0; at < text.length;) {
    const end = pieceEnd(text, at + PART_CHARS);
    yield JSON.stringify(text.slice(at, end)).slice(1, -1);
    at = end;
  }
  yield '"';
}

/** The halves of a character stay together. */
function pieceEnd(text: string, wanted: number): number {
  const before = text.charCodeAt(wanted - 1);
  return before >= 0xd800 && before <= 0xdbff ? wanted + 1 : wanted;
}
