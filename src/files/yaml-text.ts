/** Parses YAML text into a JSON value, with the position of mistakes. */
import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Json } from '../domain/text/json.ts';
import { isRounded } from '../domain/text/json-exact.ts';
import { problemError } from '../domain/problem.ts';

/** Parameters and document metadata; the largest lists of choices have a tenth of this. */
const MOST_CHARS = 500_000;
const MOST_ALIASES = 100;
/** The parser takes long where so many brackets stay open. */
const MOST_OPEN = 500;

interface Place {
  /** The name for messages. */
  readonly file: string;
  /** Line of the file where the text begins. */
  readonly line: number;
  /** Refuses integers that would be rounded. */
  readonly isExact?: true;
  /** Reads `!r` and `!expr` of R Markdown as `{"!r": "Sys.Date()"}`, which is for a kernel to evaluate. */
  readonly hasExpressions?: true;
}

const EXPRESSIONS = ['!r', '!expr'].map((tag) => ({ tag, resolve: (source: string) => ({ '!r': source }) }));

/** Throws `invalid` with a `ScriptProblem`. */
export function readYaml(text: string, place: Place): Json {
  if (text.length > MOST_CHARS) {
    const what = `The YAML has ${text.length} characters; the limit is ${MOST_CHARS}.`;
    throw problemError({ what, where: place.file, remedy: 'Shorten it.' });
  }
  if (hasDeepBrackets(text)) throw mistakeError('It is nested too deeply', undefined, place);
  const lines = new LineCounter();
  // the parser itself compares each name of a mapping with all others
  const document = parseNested(text, place, {
    logLevel: 'silent',
    lineCounter: lines,
    uniqueKeys: false,
    ...(place.hasExpressions === true ? { customTags: EXPRESSIONS } : {}),
  });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw mistakeError(
      mistake.message.split('\n')[0]?.replace(/ at line.*/, '') ?? '',
      mistake.linePos?.[0].line,
      place,
    );
  }
  const twice = findTwice(document);
  if (twice !== undefined) throw mistakeError('Map keys must be unique', lines.linePos(twice).line, place);
  const rounded = place.isExact === true ? findRounded(document) : undefined;
  if (rounded !== undefined) throw roundedError(rounded.source, lineOf(place, lines.linePos(rounded.at).line));
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as Json;
  } catch (error) {
    throw mistakeError(error instanceof ReferenceError ? error.message : 'It is nested too deeply', undefined, place);
  }
}

/** The parser calls itself for each level of nesting: `- - - a`. */
function parseNested(text: string, place: Place, options: Parameters<typeof parseDocument>[1]): Document {
  try {
    return parseDocument(text, options);
  } catch (error) {
    throw error instanceof RangeError ? mistakeError('It is nested too deeply', undefined, place) : error;
  }
}

/** Brackets in texts count, too: nobody writes so many. */
function hasDeepBrackets(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (sign === '[' || sign === '{' ? 1 : -1));
    if (depth > MOST_OPEN) return true;
  }
  return false;
}

function mistakeError(what: string, line: number | undefined, place: Place): Error {
  const where = line === undefined ? place.file : lineOf(place, line);
  return problemError({ what: `This is not valid YAML: ${what}.`, where, remedy: 'Correct this line and save.' });
}

function lineOf({ file, line: first }: Place, line: number): string {
  return `${file}, line ${line + first - 1}`;
}

/** An integer that JavaScript would round. */
export function roundedError(source: string, where: string): Error {
  return problemError({
    what: `The number ${source} is too large to be kept exactly.`,
    where,
    remedy: 'Write it in quotes.',
  });
}

function findRounded(document: Document): { readonly source: string; readonly at: number } | undefined {
  let found: { source: string; at: number } | undefined;
  visit(document, {
    Scalar(_key, { value, source = '', range }) {
      if (typeof value !== 'number' || !isRounded(source)) return undefined;
      found = { source, at: range?.[0] ?? 0 };
      return visit.BREAK;
    },
  });
  return found;
}

/** Offset of a duplicate name in a mapping. */
function findTwice(document: Document): number | undefined {
  let twice: number | undefined;
  visit(document, {
    Map(_key, { items }) {
      const names = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (names.has(key.value)) twice ??= key.range?.[0];
        names.add(key.value);
      }
      return twice === undefined ? undefined : visit.BREAK;
    },
  });
  return twice;
}
