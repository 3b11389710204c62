/** Time zones by their IANA names, from the runtime's own tables. */
import { DAY_MS, MINUTE_MS } from '../milliseconds.ts';

/** Asking the runtime takes longer than the rest of a request's checks. There are about 600 names. */
const known = new Set<string>();
const MOST_KNOWN = 1_000;

/** Whether the runtime knows the zone: `Europe/Paris`, `UTC`, in any case. */
export function isTimezone(name: string): boolean {
  if (known.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    if (known.size < MOST_KNOWN) known.add(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * What the zone's wall clock shows at the moment, to the second, as the epoch ms at which a UTC clock shows the same.
 */
export function wallClockMs(atMs: number, timezone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const at = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
  const shown = new Date(Date.UTC(2000, 0, 1, at('hour'), at('minute'), at('second')));
  // Date.UTC takes the years 0 to 99 for those from 1900
  return shown.setUTCFullYear(at('year'), at('month') - 1, at('day'));
}

/**
 * A local time of the zone (`2024-01-31T10:30`, with or without seconds and their fraction) with its offset. As in
 * Temporal, of two moments with this local time it is the earlier, and a time that a change of the clock leaves out is
 * counted on from before the change. An offset that is not in whole minutes, of times before 1920 or so, becomes UTC.
 */
export function withOffset(local: string, timezone: string): string {
  const [, time = local, fraction = ''] = /^(.{16}(?::\d\d)?)(\.\d+)?$/.exec(local) ?? [];
  const shownMs = Date.parse(`${time}Z`);
  const before = offsetMs(shownMs - DAY_MS, timezone);
  const candidates = [before, offsetMs(shownMs + DAY_MS, timezone)].map((offset) => shownMs - offset);
  const fitting = candidates.filter((atMs) => wallClockMs(atMs, timezone) === shownMs);
  const atMs = fitting.length === 0 ? shownMs - before : Math.min(...fitting);
  const offset = offsetMs(atMs, timezone);
  const isWhole = offset % MINUTE_MS === 0;
  const text = new Date(isWhole ? atMs + offset : atMs).toISOString().slice(0, time.length);
  return text + fraction + (isWhole ? offsetText(offset / MINUTE_MS) : 'Z');
}

function offsetMs(atMs: number, timezone: string): number {
  return wallClockMs(atMs, timezone) - atMs;
}

function offsetText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
