import { expect, test } from 'vitest';
import { dayStartMs } from '../../../src/domain/time/day.ts';

test.each([
  ['2026-01-31', 'UTC', 0, '2026-01-31T00:00:00.000Z'],
  ['2026-01-31', 'Europe/Berlin', 0, '2026-01-30T23:00:00.000Z'],
  ['2026-01-31', 'Europe/Berlin', 1, '2026-01-31T23:00:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', 1, '2026-03-29T22:00:00.000Z'],
  ['2026-10-25', 'Europe/Berlin', 1, '2026-10-25T23:00:00.000Z'],
  ['2026-01-31', 'Pacific/Auckland', 0, '2026-01-30T11:00:00.000Z'],
])('%s in %s and %i days begins at %s', (day, timezone, plus, expected) => {
  expect(new Date(dayStartMs(day, timezone, plus) ?? 0).toISOString()).toBe(expected);
});

test.each(['', 'today', '2026-1-1', '2026-01-31T00:00'])('%j is no day', (day) => {
  expect(dayStartMs(day, 'UTC')).toBeUndefined();
});
