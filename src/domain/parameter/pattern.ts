/** A schema's `pattern`, matched in linear time: neither its author nor a reader can block the server with it. */
import { RE2JS } from 're2js';
import { isRegularExpression, translatePattern, UnsupportedPattern } from './pattern-translate.ts';

export interface Pattern {
  /** Longer texts are refused without matching. */
  readonly mostChars: number;
  /** True if the pattern matches in the text, like `RegExp.prototype.test`. */
  test(text: string): boolean;
}

const MOST_PATTERN_CHARS = 2000;
/** Number of instructions of the compiled pattern, with all repetitions written out. */
const MOST_INSTRUCTIONS = 20_000;
/** Instructions times characters: at most some 50 ms. */
const MOST_STEPS = 10_000_000;
const MOST_REMEMBERED = 200;

const remembered = new Map<string, Pattern | string>();

/** The pattern, or why it cannot be checked: the end of a sentence that begins with its name. */
export function readPattern(source: string): Pattern | string {
  const known = remembered.get(source);
  if (known !== undefined) return known;
  const read = source.length > MOST_PATTERN_CHARS ? `has more than ${MOST_PATTERN_CHARS} characters` : compile(source);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(source, read);
  return read;
}

/** As `readPattern`; undefined if the pattern cannot be checked. */
export function compilePattern(source: string): Pattern | undefined {
  const read = readPattern(source);
  return typeof read === 'string' ? undefined : read;
}

function compile(source: string): Pattern | string {
  if (!isRegularExpression(source)) return 'must be a regular expression';
  let parts;
  try {
    parts = translatePattern(source).map(({ source: own, wanted }) => ({ pattern: RE2JS.compile(own), wanted }));
  } catch (error) {
    if (error instanceof UnsupportedPattern)
      return `uses a feature that cannot be checked in bounded time: ${error.message}`;
    return 'is too large to be checked';
  }
  const instructions = parts.reduce((sum, { pattern }) => sum + pattern.programSize(), 0);
  if (instructions > MOST_INSTRUCTIONS) return 'is too large to be checked: its repetitions multiply';
  return {
    mostChars: Math.floor(MOST_STEPS / instructions),
    test: (text) => parts.every(({ pattern, wanted }) => pattern.test(text) === wanted),
  };
}
