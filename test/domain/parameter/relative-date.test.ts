import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relativeDate, resolveDate, resolveDateTime } from '../../../src/domain/parameter/relative-date.ts';

const now = { nowMs: Date.parse('2024-02-29T23:30:00Z'), timezone: 'UTC' };

describe('a relative date', () => {
  it.each([
    ['today', '2024-02-29'],
    ['yesterday', '2024-02-28'],
    ['tomorrow', '2024-03-01'],
    ['-7d', '2024-02-22'],
    ['+2w', '2024-03-14'],
    ['-1m', '2024-01-29'],
    ['+1y', '2025-02-28'],
    ['-1q', '2023-11-29'],
    ['today-1d', '2024-02-28'],
    ['week-start', '2024-02-26'],
    ['week-end', '2024-03-03'],
    ['month-start', '2024-02-01'],
    ['month-end', '2024-02-29'],
    ['month-end-1m', '2024-01-31'],
    ['month-start-1d', '2024-01-31'],
    ['month-start-1m', '2024-01-01'],
    ['quarter-start', '2024-01-01'],
    ['quarter-end', '2024-03-31'],
    ['year-start', '2024-01-01'],
    ['year-end', '2024-12-31'],
    ['year-end-1y', '2023-12-31'],
    ['-1m-1d', '2024-01-28'],
    ['month-end+12m', '2025-02-28'],
  ])('%s is %s', (text, date) => {
    expect(resolveDate(relativeDate(text) ?? '', now)).toBe(date);
  });

  it.each([
    ['now', '2024-02-29T23:30:00'],
    ['-2h', '2024-02-29T21:30:00'],
    ['+45min', '2024-03-01T00:15:00'],
    ['today', '2024-02-29T00:00:00'],
    ['today+9h', '2024-02-29T09:00:00'],
    ['-1d', '2024-02-28T23:30:00'],
  ])('%s is the moment %s', (text, moment) => {
    expect(resolveDateTime(relativeDate(text) ?? '', now)).toBe(moment);
  });

  it('is that of the run’s zone', () => {
    expect(resolveDate('today', { ...now, timezone: 'Pacific/Auckland' })).toBe('2024-03-01');
    expect(resolveDate('today', { ...now, timezone: 'America/Los_Angeles' })).toBe('2024-02-29');
    expect(resolveDateTime('now', { ...now, timezone: 'Asia/Kolkata' })).toBe('2024-03-01T05:00:00');
  });

  it.each(['', '-', '7', '7d', 'monday', 'month', '2024-01-01', '-7x', '-999999d', 'today yesterday'])(
    'is not seen in %j',
    (text) => {
      expect(relativeDate(text)).toBeUndefined();
    },
  );

  it.each(['now', '-1h', 'today-30min', '-99999y'])('%s is no date', (text) => {
    expect(resolveDate(text, now)).toBeUndefined();
  });

  it('of a period’s start and end encloses today, at any moment in any zone', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        zones,
        fc.constantFrom('week', 'month', 'quarter', 'year'),
        (nowMs, timezone, period) => {
          const at = { nowMs, timezone };
          const [start = '', today = '', end = ''] = [`${period}-start`, 'today', `${period}-end`].map((word) =>
            resolveDate(word, at),
          );
          expect(start <= today && today <= end).toBe(true);
          expect(resolveDate(`${period}-end+1d`, at)).toBe(resolveDate(`${period}-start+1${period.charAt(0)}`, at));
        },
      ),
    );
  });
});
