/**
 * Durations: as settings spell them, and as short text made by `Intl` only, shared by the pages and the islands that
 * update them.
 */
import { ageFormat, numberFormat } from './intl.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../milliseconds.ts';

/** As settings spell them: `90s`, `10m`, `30d`. */
export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const MS = { ms: 1, s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;

/** Milliseconds of a text that matches `DURATION`; NaN for any other. */
export function durationMs(value: string): number {
  const [, amount, unit] = DURATION.exec(value) ?? [];
  return Number(amount) * MS[unit as keyof typeof MS];
}

const UNITS = [
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', 1_000],
] as const;

/** `0.4s`, `12s`, `3m 5s`, `1h 12m`: at most two units, rounded down so that a counter never jumps ahead. */
export function durationText(ms: number, locale: string): string {
  if (ms < 1_000) return unit(Math.max(0, Math.floor(ms / 100) / 10), 'second', locale);
  const parts: string[] = [];
  let rest = ms;
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2) parts.push(unit(count, name, locale));
    else if (parts.length > 0) break;
  }
  return parts.join(' ');
}

/** `90 days`: in whole days; less than one as `durationText`. */
export function daysText(ms: number, locale: string): string {
  if (ms < DAY_MS) return durationText(ms, locale);
  return numberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(Math.floor(ms / DAY_MS));
}

function unit(count: number, name: string, locale: string): string {
  return numberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'narrow', maximumFractionDigits: 1 }).format(
    count,
  );
}

const AGES = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['week', 604_800_000],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', 1_000],
] as const;

/** `now`, `5 min. ago`, `yesterday`, `in 3 days`: the distance of `atMs` from `nowMs`, in its largest unit. */
export function ageText(atMs: number, nowMs: number, locale: string): string {
  const text = ageFormat(locale);
  const ms = atMs - nowMs;
  const [name, size] = AGES.find(([, each]) => Math.abs(ms) >= each) ?? AGES[AGES.length - 1]!;
  if (name === 'second' && Math.abs(ms) < 45_000) return text.format(0, 'second');
  return text.format(Math.trunc(ms / size), name);
}
