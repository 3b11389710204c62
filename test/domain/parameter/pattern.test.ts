import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, readPattern } from '../../../src/domain/parameter/pattern.ts';

const TEXTS = [
  '',
  'a',
  'ab',
  'aB1',
  'a b',
  'é',
  'x\u2028y',
  '😀',
  '\n',
  'a\n',
  '12-34',
  'foo@example.org',
  'aaa',
  'Abcdefg1',
];
const MORE = ['_', '-', '\u00a0', '{', 'a{', '2024-01-31', '\\', '/', ']', 'Ω', 'a'.repeat(1500), 'a'.repeat(2500)];

/** As browsers and other validators of JSON Schema interpret it. */
function native(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}

describe('a pattern', () => {
  it.each([
    '',
    '^[\\w-]+$',
    '^\\s$',
    '^\\S+$',
    '[^\\s]',
    '^.$',
    '^.+$',
    'a{',
    '^.{0,2000}$',
    '^[^]$',
    '^[]$',
    '\\u00e9',
    '\\p{L}',
    '^\\p{Lu}',
    '^\\p{Script=Greek}$',
    '^(?:[a-z]{2,63}){1,100}$',
    'a|b',
    'a$|^$',
    '^(a|b)*?$',
    '^((a{2}){3}){2,}$',
    '\\d{4}-\\d{2}-\\d{2}',
    '^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\\.[a-zA-Z]{2,}$',
    '\\/',
    '\\bB',
    '\\cA',
    '[\\d-x]',
    '[\\b]',
    '^\\W$',
    '(?<name>a)',
    '^(?=.*\\d)(?=.*[A-Z])(?!.*x).{3,}$',
  ])('%j means what it means everywhere', (source) => {
    const pattern = compilePattern(source);
    for (const text of [...TEXTS, ...MORE]) {
      if (text.length <= (pattern?.mostChars ?? 0))
        expect([text, pattern?.test(text)]).toEqual([text, native(source).test(text)]);
    }
  });

  it('means that for whatever is put together from such parts', () => {
    const atom = fc.constantFrom('a', 'b', '.', '\\d', '\\w', '\\s', '[ab]', '[^a]', '[a-c\\s]', '-', '\\.', '😀');
    const quantified = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'))
      .map((parts) => parts.join(''));
    const row = fc.array(quantified, { maxLength: 4 }).map((parts) => parts.join(''));
    const group = fc
      .tuple(row, row, fc.constantFrom('', '*', '+', '{2}'))
      .map(([a, b, times]) => `(?:${a}|${b})${times}`);
    const source = fc
      .tuple(fc.constantFrom('', '^', '^(?=.*a)', '^(?!b)'), row, group, fc.constantFrom('', '$'))
      .map((parts) => parts.join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '-', '.', '😀', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(
        source,
        text,
        (written, given) => compilePattern(written)?.test(given) === native(written).test(given),
      ),
      { numRuns: 1000 },
    );
  });

  it.each(['^(a+)+$', '^(a|a)*$', '^([a-z]+)*$', '(x+x+)+y', '(.*a){30}$', '(a?){200}a{200}c'])(
    '%j is matched in time that grows with the text alone',
    (source) => {
      const pattern = compilePattern(source);
      const chars = Math.min(pattern?.mostChars ?? 0, 100_000);
      expect(chars).toBeGreaterThan(1000);
      // Backtracking would take years.
      expect(pattern?.test(`${'a'.repeat(chars - 1)}!`)).toBe(false);
    },
  );

  it.each([
    ['(a)\\1', 'a reference to an earlier group (\\1)'],
    ['(?<=a)b', 'a lookbehind ((?<=a))'],
    ['a(?=b)', 'a lookahead ((?=b)) elsewhere than directly after the first ^'],
    ['\\p{Emoji}', 'the property \\p{Emoji}'],
    ['(((a{90}){90}){90}){90}', 'too many repetitions'],
  ])('%j is refused by name', (source, why) => {
    expect(readPattern(source)).toContain(`uses a feature that cannot be checked in bounded time: ${why}`);
  });

  it.each(['(', '[z-a]', 'a'.repeat(3000)])('%j is none', (source) => {
    expect(typeof readPattern(source)).toBe('string');
  });
});
