import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skipJson } from '../../../src/domain/text/json-skip.ts';
import { parseJsonText } from '../../../src/domain/text/json-text.ts';

const skip = (text: string) => skipJson(new TextEncoder().encode(text), 0);
const isValue = (text: string) => {
  try {
    parseJsonText(text);
    return true;
  } catch {
    return false;
  }
};

describe('JSON that is skipped', () => {
  it.each(['0', '-1.5e+3', '{}', '[ ]', '"\\u00e9\\n"', 'NaN', '[-Infinity, true]', '{"a": {"b": [1, []]}, "c": ""}'])(
    '%s',
    (text) => {
      expect(skip(text)).toBe(text.length);
      expect(skip(`${text} ,`)).toBe(text.length);
    },
  );

  it.each([
    '',
    '01x',
    '1.',
    '-',
    '1e',
    '"a',
    '"\n"',
    '"\\x"',
    '"\\u12g4"',
    '[1',
    '[1,]',
    '{"a"}',
    '{a: 1}',
    '{"a": 1,}',
    'nul',
  ])('%j is not', (text) => {
    expect(skip(text)).not.toBe(text.length);
  });

  it('is what the parser accepts, wherever the text is damaged', () => {
    const damage = fc.constantFrom('', '"', '}', ']', '[', ',', '\\', ' ', '0', '.', 'e', '-', 'N', '\n');
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), damage, fc.boolean(), (value, at, put, isMore) => {
        const text = JSON.stringify(value);
        const place = at % text.length;
        const damaged = (text.slice(0, place) + put + text.slice(place + (isMore ? 0 : 1))).trim();
        if (!damaged.isWellFormed()) return;
        expect(skip(damaged) === new TextEncoder().encode(damaged).length).toBe(isValue(damaged));
      }),
      { numRuns: 2000 },
    );
  });
});
