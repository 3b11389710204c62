import { describe, expect, it } from 'vitest';
import { chooser, orderOf } from '../../../src/domain/run/table-order.ts';

const sorted = (texts: readonly string[], isDescending = false) => orderOf(texts, isDescending).map((at) => texts[at]);

describe('orderOf', () => {
  it('sorts numbers by value, missing ones last in both directions', () => {
    const texts = ['10', 'NaN', '9', '-1,200.5', '1e-3', 'inf', '', '−2'];
    expect(sorted(texts)).toEqual(['-1,200.5', '−2', '1e-3', '9', '10', 'inf', 'NaN', '']);
    expect(sorted(texts, true)).toEqual(['inf', '10', '9', '1e-3', '−2', '-1,200.5', 'NaN', '']);
  });

  it('sorts text as people do, and dates by time', () => {
    expect(sorted(['B10', 'a', 'B9', 'Ä', 'None'])).toEqual(['a', 'Ä', 'B9', 'B10', 'None']);
    expect(sorted(['2024-10-01', '2024-02-01 10:00', '2023-12-31'])).toEqual([
      '2023-12-31',
      '2024-02-01 10:00',
      '2024-10-01',
    ]);
  });

  it('keeps the order of equal rows', () => {
    expect(orderOf(['1', '2', '1', '2'], true)).toEqual([1, 3, 0, 2]);
  });

  it('takes NA for a missing number among numbers, as R writes it, and for a text among texts', () => {
    expect(sorted(['NA', '-2', '10', '-3.5'])).toEqual(['-3.5', '-2', '10', 'NA']);
    expect(sorted(['US', 'NA', 'DE'])).toEqual(['DE', 'NA', 'US']);
  });
});

it.each([
  ['Berlin', 'erl', true],
  ['Berlin', 'Rome', false],
  ['1,200', '> 1000', true],
  ['5', '>=5', true],
  ['5', '<5', false],
  ['NaN', '<5', false],
  ['-inf', '< 0', true],
  ['EU', '= eu', true],
  ['EUR', '=EU', false],
  ['2024-05-01', '>2024-04-30', true],
])('%s fits %s: %s', (text, wanted, expected) => {
  expect(chooser(wanted)(text)).toBe(expected);
});
