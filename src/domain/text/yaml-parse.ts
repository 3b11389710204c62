/** YAML in time that grows with its length: what would cost the parser more is refused. */
import {
  type Document,
  type DocumentOptions,
  isScalar,
  LineCounter,
  parseDocument,
  type ParseOptions,
  type SchemaOptions,
  visit,
} from 'yaml';
import type { Json } from './json.ts';

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

/** Throws a `YamlTextError` for the first mistake. The length is for the caller to bound. */
export function parseYaml(text: string, options: YamlOptions = {}): YamlDocument {
  if (hasDeepBrackets(text)) throw new YamlTextError('It is nested too deeply');
  const lines = new LineCounter();
  // the parser itself compares each name of a mapping with all others
  const document = parseNested(text, { ...options, logLevel: 'silent', lineCounter: lines, uniqueKeys: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const [mistake] = document.errors;
  if (mistake?.code === 'RESOURCE_EXHAUSTION') throw new YamlTextError('It is nested too deeply');
  if (mistake !== undefined) {
    const what = mistake.message.split('\n')[0]?.replace(/ at line.*/, '') ?? '';
    throw new YamlTextError(what, mistake.linePos?.[0].line);
  }
  const wrong = wrongName(document);
  if (wrong !== undefined) throw new YamlTextError(wrong.what, wrong.at === undefined ? undefined : lineAt(wrong.at));
  return { document, lineAt };
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

/** The parser calls itself for each level of nesting: `- - - a`. */
function parseNested(text: string, options: YamlOptions): Document {
  try {
    return parseDocument(text, options);
  } catch (error) {
    throw error instanceof RangeError ? new YamlTextError('It is nested too deeply') : error;
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

/** A name that stands twice in a mapping, or is itself a list or mapping: its text costs the cube of its depth. */
function wrongName(document: Document): { readonly what: string; readonly at: number | undefined } | undefined {
  let wrong: { what: string; at: number | undefined } | undefined;
  visit(document, {
    Map(_key, { items }) {
      const names = new Set<unknown>();
      for (const { key } of items) {
        const { range } = key as { range?: [number, number, number] | null };
        if (key !== null && !isScalar(key)) wrong ??= { what: 'A name in a mapping must be a text', at: range?.[0] };
        else if (names.has(key?.value)) wrong ??= { what: 'Map keys must be unique', at: range?.[0] };
        names.add(isScalar(key) ? key.value : undefined);
      }
      return wrong === undefined ? undefined : visit.BREAK;
    },
  });
  return wrong;
}
