/** Dates, times and durations as texts. */
import type { Column, Unit } from './table-column.ts';

/** How many of a unit a millisecond has; negative: how many milliseconds the unit has. */
const PER_MS: Readonly<Record<Unit, bigint>> = { D: -86_400_000n, s: -1000n, ms: 1n, us: 1000n, ns: 1_000_000n };
/** Of those whose safe numbers are all dates that JavaScript knows: how many a millisecond has. */
const FINE: Readonly<Partial<Record<Unit, number>>> = { us: 1000, ns: 1_000_000 };
const DIGITS: Readonly<Record<Unit, number>> = { D: 0, s: 0, ms: 3, us: 6, ns: 9 };
/** Of a date that JavaScript knows. */
const MOST_MS = 8_640_000_000_000_000n;
/** Zones change their offset at whole quarters of an hour. */
const QUARTER_MS = 900_000;
const OFFSETS_KEPT = 100_000;

/** Milliseconds since 1970 and the rest in nanoseconds; undefined beyond the dates that JavaScript knows. */
export function splitTime(
  value: number | bigint,
  unit: Unit,
): { readonly ms: number; readonly ns: number } | undefined {
  if (typeof value === 'number' && FINE[unit] !== undefined) {
    const whole = Math.floor(value / FINE[unit]);
    return { ms: whole, ns: (value - whole * FINE[unit]) * (1_000_000 / FINE[unit]) };
  }
  const count = BigInt(value);
  const per = PER_MS[unit];
  const ms = per < 0n ? count * -per : floorDivide(count, per);
  if (ms > MOST_MS || ms < -MOST_MS) return undefined;
  return { ms: Number(ms), ns: per < 0n ? 0 : Number(count - ms * per) * (1_000_000 / Number(per)) };
}

function floorDivide(value: bigint, by: bigint): bigint {
  return (value - (((value % by) + by) % by)) / by;
}

/** ISO 8601: `2024-01-31`, `2024-01-31 10:00:00.5+01:00`; `between` stands between date and time. */
export function timeText(value: number | bigint, column: Column, between: ' ' | 'T'): string {
  const time = splitTime(value, column.unit);
  if (time === undefined) return String(value);
  if (column.type === 'date') return dateText(time.ms);
  const offset = column.zone === undefined ? 0 : offsetMinutes(column.zone, time.ms);
  const local = new Date(time.ms + offset * 60_000).toISOString();
  const [date = '', clock = ''] = local.split('T');
  const zone = column.zone === undefined ? '' : offsetText(offset);
  return `${shortYear(date)}${between}${clock.slice(0, 8)}${fraction(time, column.unit)}${zone}`;
}

function dateText(ms: number): string {
  return shortYear(new Date(ms).toISOString().split('T')[0] ?? '');
}

function shortYear(date: string): string {
  return date.replace(/^\+0*(?=\d{4})/, '');
}

/** Three, six or nine digits, as many as the unit has; none if they are all 0. */
function fraction({ ms, ns }: { readonly ms: number; readonly ns: number }, unit: Unit): string {
  const all = String((((ms % 1000) + 1000) % 1000) * 1_000_000 + ns).padStart(9, '0');
  return /^0*$/.test(all) ? '' : `.${all.slice(0, DIGITS[unit])}`;
}

function offsetText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

const offsets = new Map<string, number>();

/** Of an IANA zone or a fixed offset; 0 for an unknown one: the time is then in UTC, and says so. */
export function offsetMinutes(zone: string, ms: number): number {
  const fixed = /([+-])(\d\d):?(\d\d)\)?$/.exec(zone);
  if (fixed !== null) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]));
  const key = `${zone} ${Math.floor(ms / QUARTER_MS)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= OFFSETS_KEPT) offsets.clear();
  const found = findOffset(zone, ms);
  offsets.set(key, found);
  return found;
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function findOffset(zone: string, ms: number): number {
  if (!formats.has(zone)) formats.set(zone, formatOf(zone));
  const name =
    formats
      .get(zone)
      ?.formatToParts(ms)
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
}

/** As pandas prints it: `1 days 02:03:04.500000`. */
export function durationText(value: number | bigint, unit: Unit): string {
  const perSecond = { D: 0n, s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n }[unit] || 1n;
  const count = unit === 'D' ? BigInt(value) * 86_400n : BigInt(value);
  const seconds = floorDivide(count, perSecond);
  const rest = count - seconds * perSecond;
  const days = floorDivide(seconds, 86_400n);
  const left = Number(seconds - days * 86_400n);
  const two = (part: number) => String(part).padStart(2, '0');
  const clock = `${two(Math.floor(left / 3600))}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  const digits = DIGITS[unit] === 0 || rest === 0n ? '' : `.${String(rest).padStart(DIGITS[unit], '0')}`;
  return `${days} days ${days < 0n ? '+' : ''}${clock}${digits}`;
}
