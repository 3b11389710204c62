/** Parses YAML text into a JSON value, with the position of mistakes. */
import { type Document, visit } from 'yaml';
import type { Json } from '../domain/text/json.ts';
import { isRounded } from '../domain/text/json-exact.ts';
import { problemError } from '../domain/problem.ts';
import { parseYaml, YamlTextError, yamlValue } from '../domain/text/yaml-parse.ts';

/** Parameters and document metadata; the largest lists of choices have a tenth of this. */
const MOST_CHARS = 500_000;
const SHOWN_DIGITS = 40;

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
  try {
    const parsed = parseYaml(text, place.hasExpressions === true ? { customTags: EXPRESSIONS } : {});
    const rounded = place.isExact === true ? findRounded(parsed.document) : undefined;
    if (rounded !== undefined) throw roundedError(rounded.source, lineOf(place, parsed.lineAt(rounded.at)));
    return yamlValue(parsed);
  } catch (error) {
    throw error instanceof YamlTextError ? mistakeError(error.message, error.line, place) : error;
  }
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
  const shown = source.length > SHOWN_DIGITS ? `${source.slice(0, SHOWN_DIGITS)}…` : source;
  return problemError({
    what: `The number ${shown} is too large to be kept exactly.`,
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
