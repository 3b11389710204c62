/** Parses JSON text, with the line and column of a mistake. */
import type { Json } from './json.ts';

export class JsonTextError extends Error {
  readonly line: number;
  readonly column: number;
  /** True if the text just ends: a file that is still being written looks like this. */
  readonly truncated: boolean;

  constructor(text: string, offset: number, reason: string) {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    super(reason);
    this.name = 'JsonTextError';
    this.line = line;
    this.column = column;
    this.truncated = offset >= text.trimEnd().length;
  }
}

/**
 * Parses JSON text (RFC 8259). A leading byte order mark is skipped; the bare words `NaN`, `Infinity` and `-Infinity`,
 * which Python writes into files, are read as null. Throws `JsonTextError`.
 */
export function parseJsonText(text: string): Json {
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  try {
    return JSON.parse(clean) as Json;
  } catch {
    const words = scan(clean);
    let mended = '';
    let from = 0;
    for (const [start, end] of words) {
      mended += `${clean.slice(from, start)}null`;
      from = end;
    }
    return JSON.parse(mended + clean.slice(from)) as Json;
  }
}

const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|true\b|false\b|null\b/y;
const PYTHON_WORD = /NaN\b|-?Infinity\b/y;
const SPACE = /[ \t\r\n]*/y;

/** Walks the text once, without recursion; returns the ranges of Python's bare words, throws at the first mistake. */
function scan(text: string): [number, number][] {
  const words: [number, number][] = [];
  const open: ('{' | '[')[] = [];
  let at = 0;
  do {
    at = readKey(text, skip(text, at), open.at(-1));
    const character = text[at];
    if (character === '{' || character === '[') {
      const inner = skip(text, at + 1);
      if (text[inner] !== CLOSER[character]) {
        open.push(character);
        at += 1;
        continue;
      }
      at = inner + 1;
    } else {
      const word = match(PYTHON_WORD, text, at);
      if (word !== undefined) words.push([at, word]);
      at = word ?? endOfText(text, at) ?? match(SCALAR, text, at) ?? fail(text, at, 'a value is expected');
    }
    at = closeAll(text, at, open);
  } while (open.length > 0);
  if (at < text.length) fail(text, at, 'nothing may follow the end of the value');
  return words;
}

const CLOSER = { '{': '}', '[': ']' } as const;

function readKey(text: string, at: number, within: '{' | '[' | undefined): number {
  if (within !== '{') return at;
  const end = endOfText(text, at) ?? fail(text, at, 'a name in double quotes is expected');
  const colon = skip(text, end);
  if (text[colon] !== ':') fail(text, colon, 'a colon is expected after the name');
  return skip(text, colon + 1);
}

/** Piece by piece: one expression for a whole text runs out of stack where millions of characters are escaped. */
function endOfText(text: string, start: number): number | undefined {
  if (text[start] !== '"') return undefined;
  for (let at: number | undefined = start + 1; at !== undefined; at = match(ESCAPE, text, at)) {
    at = match(PLAIN, text, at) ?? at;
    if (text[at] === '"') return at + 1;
  }
  return undefined;
}

/** Skips what follows a value: closing brackets, and the comma before the next value. */
function closeAll(text: string, from: number, open: ('{' | '[')[]): number {
  let at = skip(text, from);
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    if (text[at] === ',') return at + 1;
    if (text[at] !== CLOSER[last]) fail(text, at, `a comma or ${CLOSER[last]} is expected`);
    open.pop();
    at = skip(text, at + 1);
  }
  return at;
}

function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function skip(text: string, at: number): number {
  return match(SPACE, text, at) ?? at;
}

function fail(text: string, at: number, reason: string): never {
  if (at >= text.trimEnd().length) throw new JsonTextError(text, at, 'the text ends too early');
  const quote = text[at];
  if (quote === "'") throw new JsonTextError(text, at, 'text must be in double quotes');
  throw new JsonTextError(
    text,
    at,
    quote === '"' && !reason.startsWith('a comma')
      ? 'the text in quotes that begins here is not closed, or contains a character that must be escaped'
      : reason,
  );
}
