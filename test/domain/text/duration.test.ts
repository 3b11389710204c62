import { expect, test } from 'vitest';
import { ageText, durationMs, durationText } from '../../../src/domain/text/duration.ts';

test.each([
  [0, '0s'],
  [449, '0.4s'],
  [999, '0.9s'],
  [12_900, '12s'],
  [60_000, '1m'],
  [185_000, '3m 5s'],
  [4_320_000, '1h 12m'],
  [3_605_000, '1h'],
  [-5, '0s'],
])('%i ms is %s', (ms, text) => {
  expect(durationText(ms, 'en')).toBe(text);
});

test.each([
  [0, 'now'],
  [-44_000, 'now'],
  [-50_000, '50 sec. ago'],
  [-7_200_000, '2 hr. ago'],
  [-86_400_000, 'yesterday'],
  [3 * 86_400_000, 'in 3 days'],
  [-40 * 86_400_000, 'last mo.'],
])('%i ms from now is %s', (ms, text) => {
  expect(ageText(1e12 + ms, 1e12, 'en')).toBe(text);
});

test.each([
  ['250ms', 250],
  ['1.5s', 1500],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
  ['', NaN],
  ['10', NaN],
  ['1 h', NaN],
  ['-1h', NaN],
])('%j is %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});
