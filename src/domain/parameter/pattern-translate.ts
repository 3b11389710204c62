/** Translates a regular expression of ECMAScript to RE2, which matches in time linear in the text. */
import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** Every part must match, or not match, in the text. */
export interface PatternPart {
  /** In the syntax of RE2. */
  readonly source: string;
  /** False for `(?!…)`: the text must not match. */
  readonly wanted: boolean;
}

/** What RE2 does not support; the message ends the sentence “it uses …”. */
export class UnsupportedPattern extends Error {}

/** RE2's largest repetition count; larger ones are written out. */
const MOST_REPEATS = 1000;
/** Length of the written-out pattern. */
const MOST_CHARS = 100_000;

const SPACE = '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const NO_SPACE =
  '\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';
const ANY = '\\x{0}-\\x{10ffff}';

/**
 * The pattern in parts: lookaheads directly after a leading `^` are separate parts. Throws `SyntaxError` if it is not a
 * pattern of ECMAScript in any mode, `UnsupportedPattern` for what RE2 lacks.
 */
export function translatePattern(pattern: string): readonly PatternPart[] {
  const { alternatives } = parse(pattern);
  const [first] = alternatives;
  const [start, ...rest] = first?.elements ?? [];
  if (alternatives.length > 1 || start?.type !== 'Assertion' || start.kind !== 'start') return [part(alternatives)];
  const end = rest.findIndex((element) => !(element.type === 'Assertion' && element.kind === 'lookahead'));
  const heads = end === -1 ? rest : rest.slice(0, end);
  const body = end === -1 ? [] : rest.slice(end);
  return [
    ...heads.map((head) => {
      const { alternatives: inside, negate } = head as AST.LookaheadAssertion;
      return { source: `^(?:${writeAll(inside).source})`, wanted: !negate };
    }),
    { source: `^${writeRow(body).source}`, wanted: true },
  ];
}

/** Also true for what RE2 does not support. */
export function isRegularExpression(pattern: string): boolean {
  try {
    parse(pattern);
    return true;
  } catch {
    return false;
  }
}

/** Authors also write what Unicode mode refuses, such as `[\w-]`. */
function parse(pattern: string): AST.Pattern {
  const parser = new RegExpParser({ ecmaVersion: 2024 });
  try {
    return parser.parsePattern(pattern, 0, pattern.length, { unicode: true });
  } catch {
    return parser.parsePattern(pattern, 0, pattern.length, { unicode: false });
  }
}

function part(alternatives: readonly AST.Alternative[]): PatternPart {
  return { source: writeAll(alternatives).source, wanted: true };
}

interface Written {
  readonly source: string;
  /** How often RE2 repeats the innermost of it. */
  readonly repeats: number;
}

function writeAll(alternatives: readonly AST.Alternative[]): Written {
  return joined(
    alternatives.map(({ elements }) => writeRow(elements)),
    '|',
  );
}

function writeRow(elements: readonly AST.Element[]): Written {
  return joined(elements.map(write), '');
}

function joined(parts: readonly Written[], between: string): Written {
  const source = parts.map((written) => written.source).join(between);
  if (source.length > MOST_CHARS) throw new UnsupportedPattern('too many nested repetitions');
  return { source, repeats: Math.max(1, ...parts.map(({ repeats }) => repeats)) };
}

function write(element: AST.Element): Written {
  switch (element.type) {
    case 'Group':
      if (element.modifiers !== null) throw new UnsupportedPattern('modifiers such as (?i:…)');
      return grouped(writeAll(element.alternatives));
    case 'CapturingGroup':
      return grouped(writeAll(element.alternatives));
    case 'Quantifier':
      return repeated(write(element.element), element);
    case 'Assertion':
      return { source: writeAssertion(element), repeats: 1 };
    case 'Backreference':
      throw new UnsupportedPattern(`a reference to an earlier group (${element.raw})`);
    default:
      return { source: writeSet(element), repeats: 1 };
  }
}

function grouped({ source, repeats }: Written): Written {
  return { source: `(?:${source})`, repeats };
}

/** `a{2500}` as `a{1000}a{1000}a{500}`. */
function repeated({ source, repeats }: Written, { min, max, greedy }: AST.Quantifier): Written {
  const inside = `(?:${source})`;
  const lazy = greedy ? '' : '?';
  if (max === Infinity && min <= 1) return { source: `${inside}${min === 0 ? '*' : '+'}${lazy}`, repeats };
  const step = Math.floor(MOST_REPEATS / repeats);
  const optional = max === Infinity ? 0 : max - min;
  if (Math.max(min, optional) / step > MOST_CHARS / inside.length) throw new UnsupportedPattern('too many repetitions');
  const row = (count: number, least: boolean) => {
    const times = (part: number) => `${inside}{${least ? part : `0,${part}`}}${lazy}`;
    const whole = times(step).repeat(Math.floor(count / step));
    return whole + (count % step === 0 ? '' : times(count % step));
  };
  const open = max === Infinity ? `${inside}*${lazy}` : row(optional, false);
  const written = row(min, true) + open;
  if (written.length > MOST_CHARS) throw new UnsupportedPattern('too many nested repetitions');
  return { source: `(?:${written})`, repeats: repeats * Math.max(1, Math.min(step, Math.max(min, optional))) };
}

function writeAssertion(assertion: AST.Assertion): string {
  switch (assertion.kind) {
    case 'start':
      return '\\A';
    case 'end':
      return '\\z';
    case 'word':
      return assertion.negate ? '\\B' : '\\b';
    case 'lookahead':
      throw new UnsupportedPattern(`a lookahead (${assertion.raw}) elsewhere than directly after the first ^`);
    case 'lookbehind':
      throw new UnsupportedPattern(`a lookbehind (${assertion.raw})`);
  }
}

function writeSet(
  element: Exclude<AST.Element, { type: 'Group' | 'CapturingGroup' | 'Quantifier' | 'Assertion' | 'Backreference' }>,
): string {
  switch (element.type) {
    case 'Character':
      return character(element.value);
    case 'CharacterSet':
      return element.kind === 'any' ? '[^\\n\\r\\x{2028}\\x{2029}]' : `[${inClass(element)}]`;
    case 'CharacterClass': {
      const inside = element.elements.map(inClass).join('');
      if (inside === '') return element.negate ? `[${ANY}]` : `[^${ANY}]`;
      return `[${element.negate ? '^' : ''}${inside}]`;
    }
    default:
      throw new UnsupportedPattern('set operations');
  }
}

function inClass(
  element: AST.CharacterClassElement | AST.EscapeCharacterSet | AST.UnicodePropertyCharacterSet,
): string {
  switch (element.type) {
    case 'Character':
      return character(element.value);
    case 'CharacterClassRange':
      return `${character(element.min.value)}-${character(element.max.value)}`;
    case 'CharacterSet':
      return characterSet(element);
    default:
      throw new UnsupportedPattern('set operations');
  }
}

function characterSet(set: AST.EscapeCharacterSet | AST.UnicodePropertyCharacterSet): string {
  switch (set.kind) {
    case 'digit':
      return set.negate ? '\\D' : '\\d';
    case 'word':
      return set.negate ? '\\W' : '\\w';
    case 'space':
      return set.negate ? NO_SPACE : SPACE;
    case 'property':
      return property(set);
  }
}

/** General categories and scripts; RE2 itself reports that it does not support others. */
function property({ key, value, negate, raw }: AST.UnicodePropertyCharacterSet): string {
  const isScript = key === 'Script' || key === 'sc';
  const name = key === null ? (CATEGORIES[value ?? ''] ?? value) : value;
  const known =
    isScript || key === 'General_Category' || key === 'gc' || (key === null && /^[CLMNPSZ][a-z]?$/.test(name ?? ''));
  if (!known || name === null) throw new UnsupportedPattern(`the property ${raw}`);
  return `\\${negate ? 'P' : 'p'}{${isScript ? name : (CATEGORIES[name] ?? name)}}`;
}

const CATEGORIES: Readonly<Record<string, string>> = {
  Letter: 'L',
  Uppercase_Letter: 'Lu',
  Lowercase_Letter: 'Ll',
  Mark: 'M',
  Number: 'N',
  Decimal_Number: 'Nd',
  Punctuation: 'P',
  Symbol: 'S',
  Separator: 'Z',
  Other: 'C',
};

function character(code: number): string {
  const char = String.fromCodePoint(code);
  return /[A-Za-z0-9]/.test(char) ? char : `\\x{${code.toString(16)}}`;
}
