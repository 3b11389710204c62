/** Why a value is refused: what would be accepted, and which of its parts are wrong. */
import type { Json, JsonObject } from '../text/json.ts';

interface Flaw {
  /** A sentence without its full stop: `Enter a whole number`. */
  readonly wanted: string;
  /** The refused part, as it was given; undefined: the whole value. */
  readonly found?: string;
  /** The names that lead to the part, innermost first. */
  readonly names: readonly string[];
}

/** `message` says what would be accepted, instead of what is wrong and where. */
export class ValueProblem extends Error {
  readonly flaws: readonly Flaw[];

  constructor(problem: string | readonly Flaw[], options?: ErrorOptions) {
    const flaws = typeof problem === 'string' ? [{ wanted: problem.replace(/\.$/, ''), names: [] }] : problem;
    super(sentences(flaws), options);
    this.flaws = flaws;
  }
}

const MOST_QUOTED_CHARS = 40;
/** How many parts that are refused for the same reason are named. */
const MOST_PARTS = 5;
/** After this many, the rest is not checked. */
const MOST_FLAWS = 100;

/** The items as returned by `read`. Throws `ValueProblem` that names all refused items. */
export function readItems(items: readonly Json[], read: (item: Json) => Json): Json[] {
  return readParts(items.map((item) => ({ found: () => quoted(item), read: () => read(item) })));
}

/** As `readItems`, for an object's values and names. */
export function readEntries(
  object: JsonObject,
  readName: (name: string) => string,
  read: (value: Json) => Json,
): JsonObject {
  const entries = Object.entries(object);
  const parts = readParts([
    ...entries.map(([name]) => ({ found: () => `the name ${quoted(name)}`, read: () => readName(name) })),
    ...entries.map(([name, value]) => ({ found: () => quoted(value), name, read: () => read(value) })),
  ]);
  return Object.fromEntries(entries.map((_entry, at) => [parts[at] as string, parts[entries.length + at] as Json]));
}

interface Part {
  readonly found: () => string;
  readonly name?: string;
  readonly read: () => Json;
}

function readParts(parts: readonly Part[]): Json[] {
  const flaws: Flaw[] = [];
  const values: Json[] = [];
  for (const { found, name, read } of parts) {
    if (flaws.length >= MOST_FLAWS) break;
    try {
      values.push(read());
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      const names = (flaw: Flaw) => (name === undefined ? flaw.names : [...flaw.names, name]);
      flaws.push(...error.flaws.map((flaw) => ({ found: found(), ...flaw, names: names(flaw) })));
    }
  }
  if (flaws.length > 0) throw new ValueProblem(flaws);
  return values;
}

function sentences(flaws: readonly Flaw[]): string {
  const wanted = [...new Set(flaws.map((flaw) => flaw.wanted))];
  return wanted
    .map((one) => {
      const places = flaws
        .filter((flaw) => flaw.wanted === one)
        .map(placeText)
        .filter((text) => text !== '');
      const count = flaws.length >= MOST_FLAWS ? '' : `${places.length - MOST_PARTS} `;
      const more = places.length > MOST_PARTS ? ` and ${count}more` : '';
      return `${one}${places.length === 0 ? '' : ` instead of ${places.slice(0, MOST_PARTS).join(', ')}${more}`}.`;
    })
    .join(' ');
}

function placeText({ found, names }: Flaw): string {
  return found === undefined
    ? ''
    : [found, ...names.map((name, at) => `${at === 0 ? 'for' : 'in'} ${quoted(name)}`)].join(' ');
}

function quoted(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `“${text.slice(0, MOST_QUOTED_CHARS)}”`;
}
