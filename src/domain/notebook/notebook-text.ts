/**
 * Reads saved outputs with long texts from the bytes of a file. Each text is read in pieces: as a whole it would be in
 * memory several times, and one character outside Latin-1 would double its size.
 */
import type { Json } from '../text/json.ts';
import { skipSpace } from '../text/json-skip.ts';
import { parseJsonText } from '../text/json-text.ts';
import { endOfValue, splitObject } from './notebook-split.ts';

export interface TextLimits {
  /** Values with more bytes are read in pieces. */
  readonly longBytes: number;
  /** About the size of a piece. */
  readonly pieceBytes: number;
}

export const TEXT_LIMITS: TextLimits = { longBytes: 1 << 22, pieceBytes: 1 << 18 };

const [QUOTE, BACKSLASH, BRACKET, COMMA, U] = [0x22, 0x5c, 0x5b, 0x2c, 0x75];
/** The first byte of a byte order mark, which a decoder drops. */
const MARK = 0xef;
const [SHORT_ESCAPE, LONG_ESCAPE] = ['\\n', '\\u000a'].map(({ length }) => length) as [number, number];
const PAIR = /^\\u[dD][89abAB]..\\u/;

type Decode = (bytes: Uint8Array) => string;

/**
 * The value of the JSON text of an output; each text that may be a list of lines, and is long, is a list of pieces,
 * which joined are the text. Throws if it is no JSON.
 */
export function parseOutput(bytes: Uint8Array, decode: Decode, limits = TEXT_LIMITS): Json {
  return parseMembers(bytes, decode, (name, value) =>
    name === 'text'
      ? parseLines(value, decode, limits)
      : name === 'data' && value.length > limits.longBytes
        ? parseMembers(value, decode, (mime, part) => (isJsonMime(mime) ? undefined : parseLines(part, decode, limits)))
        : undefined,
  );
}

export function isJsonMime(mime: string): boolean {
  return mime === 'application/json' || mime.endsWith('+json');
}

/** `parse`: undefined for a value that is read as usual. */
function parseMembers(
  bytes: Uint8Array,
  decode: Decode,
  parse: (name: string, value: Uint8Array) => Json | undefined,
): Json {
  const members = splitObject(bytes, 0);
  if (members === undefined) return parseJsonText(decode(bytes));
  return Object.fromEntries(
    members.map(({ name, from, end }) => {
      const value = bytes.subarray(from, end);
      return [name, parse(name, value) ?? parseJsonText(decode(value))];
    }),
  );
}

/** Undefined if it is short, or neither a text nor a list of texts. */
function parseLines(value: Uint8Array, decode: Decode, { longBytes, pieceBytes }: TextLimits): string[] | undefined {
  if (value.length <= longBytes) return undefined;
  const decoded = ({ from, end }: Place) => decode(value.subarray(from, end));
  if (value[0] === QUOTE && value[1] !== MARK)
    return [...textPlaces(value, pieceBytes)].map((place) => String(parseJsonText(`"${decoded(place)}"`)));
  return linePlaces(value, pieceBytes)?.map((place) => (parseJsonText(`[${decoded(place)}]`) as string[]).join(''));
}

interface Place {
  readonly from: number;
  readonly end: number;
}

/** The content of a JSON text in pieces. */
function* textPlaces(bytes: Uint8Array, pieceBytes: number): Generator<Place> {
  const last = bytes.length - 1;
  for (let from = 1; from < last;) {
    const end = Math.min(cutBehind(bytes, from, from + pieceBytes), last);
    yield { from, end };
    from = end;
  }
}

/** The first place from `wanted` on that is not within a character or an escape, and not before a mark. */
function cutBehind(bytes: Uint8Array, from: number, wanted: number): number {
  let at = from;
  for (;;) {
    const escape = bytes.indexOf(BACKSLASH, at);
    at = Math.max(at, Math.min(wanted, escape === -1 ? wanted : escape));
    while (isInCharacter(bytes[at]) || bytes[at] === MARK) at += 1;
    if (at >= wanted) return at;
    at += escapeLength(bytes, at);
  }
}

function isInCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The halves of a pair of surrogates stay together. */
function escapeLength(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== U) return SHORT_ESCAPE;
  const escapes = String.fromCharCode(...bytes.subarray(at, at + 2 * LONG_ESCAPE));
  return PAIR.test(escapes) ? 2 * LONG_ESCAPE : LONG_ESCAPE;
}

/** The items of a list of texts, many together; undefined if it is another list. */
function linePlaces(bytes: Uint8Array, pieceBytes: number): Place[] | undefined {
  if (bytes[0] !== BRACKET) return undefined;
  const places: Place[] = [];
  let from = skipSpace(bytes, 1);
  for (let at = from; bytes[at] === QUOTE;) {
    const end = endOfValue(bytes, at);
    at = skipSpace(bytes, end);
    const isLast = bytes[at] !== COMMA;
    if (isLast && at !== bytes.length - 1) return undefined;
    at = skipSpace(bytes, at + 1);
    if (!isLast && end - from < pieceBytes) continue;
    places.push({ from, end });
    if (isLast) return places;
    from = at;
  }
  return undefined;
}
