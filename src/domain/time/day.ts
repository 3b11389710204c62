/** Converts days of a time zone to moments. */
import { wallClockMs } from './timezone.ts';

/** The moment at which the day `2026-01-31` (or `plusDays` later) begins in the zone; undefined for any other text. */
export function dayStartMs(day: string, timezone: string, plusDays = 0): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)?.map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const local = Date.UTC(year, month - 1, date + plusDays);
  if (Number.isNaN(local)) return undefined;
  // twice: the first guess may be on the other side of a clock change
  const guess = local - offsetMs(local, timezone);
  return local - offsetMs(guess, timezone);
}

/** How far the zone's wall clock is ahead of UTC at the moment. */
function offsetMs(atMs: number, timezone: string): number {
  return wallClockMs(atMs, timezone) - Math.floor(atMs / 1_000) * 1_000;
}

/** Which day of a period a relative date means. */
export const DAY_EDGES = { start: 'first day of', end: 'last day of' } as const;
