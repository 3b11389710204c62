/** Dates relative to now: `today`, `-7d`, `month-start`, `month-end-1m`, for date-times also `now` and `-2h`. */
import { wallClockMs } from '../time/timezone.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../milliseconds.ts';

const WORDS = 'today|yesterday|tomorrow|now|(?:week|month|quarter|year)-(?:start|end)';
const PATTERN = new RegExp(`^(${WORDS})?((?:[+-]\\d{1,5}(?:min|[hdwmqy]))*)$`);

/** Longer than the steps that anybody would need between two dates. */
const MOST_CHARS = 200;

export interface Now {
  readonly nowMs: number;
  /** IANA name of the run's zone. */
  readonly timezone: string;
}

/** The relative date in its canonical spelling (lower case, no spaces), or undefined if the text is none. */
export function relativeDate(text: string): string | undefined {
  if (text.length > MOST_CHARS) return undefined;
  const compact = text.trim().toLowerCase().replace(/\s+/g, '').replaceAll('_', '-').replaceAll('−', '-');
  return compact !== '' && PATTERN.test(compact) ? compact : undefined;
}

export type Step = readonly [count: number, unit: 'min' | 'h' | 'd' | 'w' | 'm' | 'q' | 'y'];

/** `month-end-1m` in its parts; without parts if the text is not a relative date in its canonical spelling. */
export function parseRelativeDate(text: string): { readonly word: string; readonly steps: readonly Step[] } {
  const [, word = '', offsets = ''] = PATTERN.exec(text) ?? [];
  const steps = [...offsets.matchAll(/([+-]\d+)(min|[hdwmqy])/g)].map(
    ([, count, unit]) => [Number(count), unit as Step[1]] as const,
  );
  return { word, steps };
}

/** `2024-01-31`; undefined if the text is not a relative date, counts in hours or leaves the years 1 to 9999. */
export function resolveDate(text: string, now: Now): string | undefined {
  if (/now|h|min/.test(text.replace('month', ''))) return undefined;
  const moment = resolve(text, now);
  return moment === undefined ? undefined : moment.toISOString().slice(0, 10);
}

/** `2024-01-31T10:00:00`, local in the zone; words for days mean their midnight. Undefined as for `resolveDate`. */
export function resolveDateTime(text: string, now: Now): string | undefined {
  return resolve(text, now)?.toISOString().slice(0, 19);
}

/** Local time is computed as if it were UTC: days always have 24 hours, and months their own lengths. */
function resolve(text: string, { nowMs, timezone }: Now): Date | undefined {
  const { word, steps } = parseRelativeDate(text);
  if (word === '' && steps.length === 0) return undefined;
  const total = (unit: string, factor: number): number =>
    steps.reduce((sum, [count, own]) => (own === unit ? sum + count * factor : sum), 0);
  const elapsedMs = total('h', HOUR_MS) + total('min', MINUTE_MS);
  const local = new Date(wallClockMs(nowMs + (keepsTime(word) ? elapsedMs : 0), timezone));
  const base = startOf(word, local);
  const moved = addMonths(base, total('m', 1) + total('q', 3) + total('y', 12));
  const days = total('d', 1) + total('w', 7) + dayShift(word);
  const moment = new Date(moved.getTime() + days * DAY_MS + (keepsTime(word) ? 0 : elapsedMs));
  const year = Number.isNaN(moment.getTime()) ? 0 : moment.getUTCFullYear();
  return year >= 1 && year <= 9999 ? moment : undefined;
}

function keepsTime(word: string): boolean {
  return word === '' || word === 'now';
}

/** Ends are one day before the next start, so that months are added to a first of the month and never overflow. */
function dayShift(word: string): number {
  return word === 'yesterday' || word.endsWith('-end') ? -1 : word === 'tomorrow' ? 1 : 0;
}

function startOf(word: string, local: Date): Date {
  if (keepsTime(word)) return local;
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const [period, edge] = word.split('-');
  const next = edge === 'end' ? 1 : 0;
  switch (period) {
    case 'week': // ISO 8601: from Monday
      return new Date(Date.UTC(year, month, day - ((local.getUTCDay() + 6) % 7) + 7 * next));
    case 'month':
      return new Date(Date.UTC(year, month + next, 1));
    case 'quarter':
      return new Date(Date.UTC(year, month - (month % 3) + 3 * next, 1));
    case 'year':
      return new Date(Date.UTC(year + next, 0, 1));
    default:
      return new Date(Date.UTC(year, month, day));
  }
}

/** The same day some months later, or the last day of a month that is too short. */
function addMonths(date: Date, months: number): Date {
  if (months === 0) return date;
  const moved = new Date(date);
  moved.setUTCMonth(date.getUTCMonth() + months);
  if (moved.getUTCDate() !== date.getUTCDate()) moved.setUTCDate(0);
  return moved;
}
