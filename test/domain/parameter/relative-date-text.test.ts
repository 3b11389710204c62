import { describe, expect, it } from 'vitest';
import { relativeDateText } from '../../../src/domain/parameter/relative-date-text.ts';

const now = { nowMs: Date.parse('2026-11-23T10:30:00Z'), timezone: 'UTC' };
const text = (given: string, kind: 'date' | 'datetime' = 'date', locale = 'en-GB') =>
  relativeDateText(given, kind, { language: 'en', locale }, now);

describe('a relative date is explained', () => {
  it.each([
    ['today', 'Today: 23 November 2026'],
    ['yesterday', 'Yesterday: 22 November 2026'],
    ['-7d', '7 days ago: 16 November 2026'],
    ['+1m', 'In 1 month: 23 December 2026'],
    ['month-start', 'First day of this month: 1 November 2026'],
    ['month-end-1m', 'Last day of last month: 31 October 2026'],
    ['Month_Start -11m', 'First day of the month 11 months ago: 1 December 2025'],
    ['quarter-start+1q', 'First day of next quarter: 1 January 2027'],
    ['week-end', 'Last day of this week: 29 November 2026'],
    ['month-start-1d', '31 October 2026'],
    ['-1m-1d', '22 October 2026'],
  ])('%s: %s', (given, said) => {
    expect(text(given)).toBe(said);
  });

  it.each(['', '2026-01-31', 'now', '-2h', 'nonsense', '-99999y'])('not %j, which is none or no day', (given) => {
    expect(text(given)).toBe('');
  });

  it('with its time, where the field takes one', () => {
    expect(text('now-2h', 'datetime')).toBe('2 hours ago: 23 November 2026 at 08:30');
    expect(text('now', 'datetime')).toBe('Now: 23 November 2026 at 10:30');
    expect(text('today+9h', 'datetime')).toBe('23 November 2026 at 09:00');
  });

  it('with the date in the reader’s way', () => {
    expect(text('-7d', 'date', 'de')).toBe('7 days ago: 16. November 2026');
  });
});
