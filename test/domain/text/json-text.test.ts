import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTextError, parseJsonText } from '../../../src/domain/text/json-text.ts';

const mistake = (text: string): string => {
  try {
    parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonTextError)
      return `${error.line}:${error.column} ${error.message}${error.truncated ? ' (truncated)' : ''}`;
  }
  return 'none';
};

describe('JSON text', () => {
  it('passes over a byte order mark and reads Python’s bare words as null', () => {
    expect(parseJsonText('\ufeff{"a": [NaN, -Infinity, Infinity, "NaN"]}')).toEqual({ a: [null, null, null, 'NaN'] });
  });

  it.each([
    ['', '1:1 the text ends too early (truncated)'],
    ['{"a": 1', '1:8 the text ends too early (truncated)'],
    ['{"a": "x', '1:7 the text in quotes that begins here is not closed, or contains a character that must be escaped'],
    ['{"a": [1, 2}', '1:12 a comma or ] is expected'],
    ['{"a": 1,}', '1:9 a name in double quotes is expected'],
    ['[1,]', '1:4 a value is expected'],
    ["{'a': 1}", '1:2 text must be in double quotes'],
    ['{"a" 1}', '1:6 a colon is expected after the name'],
    ['{"a": 01}', '1:7 a value is expected'],
    ['{\n"a": tru\n}', '2:6 a value is expected'],
    ['{} {}', '1:4 nothing may follow the end of the value'],
    ['{"a": 1}\n<<<<<<< HEAD', '2:1 nothing may follow the end of the value'],
  ])('%j: %s', (text, expected) => {
    expect(mistake(text)).toBe(expected);
  });

  it('finds a place in whatever JSON.parse refuses, and accepts the rest', () => {
    const cut = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', 'x', '\\', ' '))
      .map(([text, at, put]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + 1);
      });
    fc.assert(
      fc.property(cut, (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(mistake(text) === 'none').toBe(valid);
      }),
      { numRuns: 500 },
    );
  });
});

it('reads a text of millions of escaped characters up to its mistake', () => {
  const text = `{"a": "${'\\u0041'.repeat(1_500_000)}", }`;
  expect(() => parseJsonText(text)).toThrow(/a name in double quotes is expected/);
});
