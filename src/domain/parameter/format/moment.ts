/**
 * A date with a time. With `x-zone` it keeps its offset: a zone is written behind it, in brackets as in RFC 9557 or
 * after a space, and where none is, the zone of the run applies.
 */
import { isTimezone, withOffset } from '../../time/timezone.ts';
import { type Now, relativeDate, resolveDateTime } from '../relative-date.ts';
import { isDate } from './date.ts';
import type { TextFormat } from './format.ts';
import { isTime } from './time.ts';

export const momentFormat: TextFormat = {
  control: 'datetime',
  expected: (schema) =>
    schema['x-zone'] === true
      ? 'a date with a time and a zone such as 2024-01-31 10:30 Europe/Berlin, 2024-01-31T10:30+01:00, now or -2h'
      : 'a date with a time such as 2024-01-31 10:30, now or -2h',
  read(text) {
    const { moment, zone } = zoneOf(text.trim());
    return readLocal(moment) + (zone === undefined ? '' : `[${zone}]`);
  },
  check: (text, schema, now) => (schema['x-zone'] === true ? zoned(text, now) : local(text, now)),
};

/** Longer than any date with its zone: the expressions below take time quadratic in spaces. */
const MOST_CHARS = 200;

/** `2024-01-31T10:30[Europe/Berlin]` in its parts; an offset (`+01:00`) is part of the moment. */
export function zoneOf(text: string): { readonly moment: string; readonly zone?: string } {
  if (text.length > MOST_CHARS) return { moment: text };
  const [, moment, bracket, word] =
    /^([^[\]]+?)\s*(?:\[([\w+/-]{1,100})\]|\s([A-Za-z][\w+/-]{1,100}))$/.exec(text) ?? [];
  const zone = bracket ?? word;
  if (moment === undefined || zone === undefined || !isTimezone(zone)) return { moment: text };
  return { moment, zone };
}

const OFFSET = /\s*(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

export function hasOffset(moment: string): boolean {
  return (
    moment.length <= MOST_CHARS && /\d\d:\d\d/.test(moment) && OFFSET.test(moment) && relativeDate(moment) === undefined
  );
}

function readLocal(text: string): string {
  const relative = relativeDate(text);
  if (relative !== undefined) return relative;
  return text
    .replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T')
    .replace(/ (?=[+-]\d\d:\d\d$)/, '')
    .replace(/(?<=\d) ?z$/i, 'Z');
}

function local(text: string, now: Now): string | undefined {
  if (isMoment(text)) return text;
  return relativeDate(text) === undefined ? undefined : resolveDateTime(text, now);
}

function zoned(text: string, now: Now): string | undefined {
  const { moment, zone = now.timezone } = zoneOf(text);
  if (hasOffset(moment)) return isMoment(moment) && zoneOf(text).zone === undefined ? moment : undefined;
  const resolved = local(moment, { ...now, timezone: zone });
  return resolved === undefined ? undefined : withOffset(resolved, zone);
}

function isMoment(text: string): boolean {
  if (text.length > MOST_CHARS) return false;
  const [date = '', time = ''] = text.split('T');
  return text.split('T').length === 2 && isDate(date) && isTime(time.replace(OFFSET, ''));
}
