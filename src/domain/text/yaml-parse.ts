/** YAML in time that grows with its length: what would cost the parser more is refused. */
import {
  Composer,
  type Document,
  type DocumentOptions,
  isScalar,
  LineCounter,
  type Node,
  Parser,
  type ParseOptions,
  type SchemaOptions,
  visit,
} from 'yaml';
import type { Json } from './json.ts';
import { withoutStacks } from './stackless.ts';

/** Each is searched for in the whole text. */
const MOST_ALIASES = 100;
/** The parser takes long where so many brackets stay open. */
const MOST_OPEN = 500;

export type YamlOptions = ParseOptions & DocumentOptions & SchemaOptions;

export interface YamlDocument {
  readonly document: Document;
  /** The line of an offset, from 1. */
  lineAt(offset: number): number;
}

/** Its message has no full stop. */
export class YamlTextError extends Error {
  /** From 1; absent: it is about the whole. */
  readonly line: number | undefined;
  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

/**
 * Throws a `YamlTextError` for the first mistake. The length is for the caller to bound: the hardest texts take 2 µs
 * for each character.
 */
export function parseYaml(text: string, options: YamlOptions = {}): YamlDocument {
  if (hasDeepBrackets(text)) throw new YamlTextError('It is nested too deeply');
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const document = withoutStacks(() => composed(text, lines, options));
  const [mistake] = document.errors;
  if (mistake?.code === 'RESOURCE_EXHAUSTION') throw new YamlTextError('It is nested too deeply');
  if (mistake !== undefined) throw new YamlTextError(mistake.message, lineAt(mistake.pos[0]));
  const wrong = wrongNode(document);
  if (wrong !== undefined) throw new YamlTextError(wrong.what, lineAt(wrong.at));
  return { document, lineAt };
}

/** The first document, which may have mistakes. Reads nothing behind them. */
function composed(text: string, lines: LineCounter, options: YamlOptions): Document {
  // the parser itself compares each name of a mapping with all others
  const composer = new Composer({ ...options, logLevel: 'silent', prettyErrors: false, uniqueKeys: false });
  try {
    let first: Document | undefined;
    for (const token of new Parser(lines.addNewLine).parse(text)) {
      if (token.type === 'error') throw new YamlTextError(token.message, lines.linePos(token.offset).line);
      for (const document of composer.next(token)) {
        if (document.errors.length > 0) return document;
        first ??= document;
      }
      if (first !== undefined && token.type === 'document')
        throw new YamlTextError('It has more than one document', lines.linePos(token.offset).line);
    }
    const [last] = composer.end(true, text.length);
    if (last === undefined) throw new YamlTextError('It has no document');
    return first ?? last;
  } catch (error) {
    // the composer calls itself for each level of nesting: `- - - a`
    throw error instanceof RangeError ? new YamlTextError('It is nested too deeply') : error;
  }
}

/** Throws a `YamlTextError`. */
export function yamlValue({ document }: YamlDocument): Json {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as Json;
  } catch (error) {
    throw new YamlTextError(error instanceof ReferenceError ? error.message : 'It is nested too deeply');
  }
}

/** Undefined for a text with a mistake, and for one that has more characters than `most`. */
export function tryYaml(text: string, most: number): Json | undefined {
  if (text.length > most) return undefined;
  try {
    return yamlValue(parseYaml(text));
  } catch (error) {
    if (error instanceof YamlTextError) return undefined;
    throw error;
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

/**
 * A name that stands twice in a mapping, or is itself a list or mapping: its text costs the cube of its depth. An alias
 * too many.
 */
function wrongNode(document: Document): { readonly what: string; readonly at: number } | undefined {
  let wrong: { what: string; at: number } | undefined;
  let aliases = 0;
  visit(document, {
    Alias(_key, { range }) {
      aliases += 1;
      if (aliases <= MOST_ALIASES) return undefined;
      wrong = { what: `It has more than ${MOST_ALIASES} aliases such as *name`, at: range?.[0] ?? 0 };
      return visit.BREAK;
    },
    Map(_key, { items }) {
      const names = new Set<unknown>();
      for (const { key } of items as readonly { readonly key: Node | null }[]) {
        const at = key?.range?.[0] ?? 0;
        const value = isScalar(key) ? key.value : undefined;
        if (key !== null && !isScalar(key)) wrong ??= { what: 'A name in a mapping must be a text', at };
        else if (names.has(value)) wrong ??= { what: 'Map keys must be unique', at };
        names.add(value);
      }
      return wrong === undefined ? undefined : visit.BREAK;
    },
  });
  return wrong;
}
