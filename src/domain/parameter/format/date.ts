/** A date, also a relative one. */
import { relativeDate, resolveDate } from '../relative-date.ts';
import type { TextFormat } from './format.ts';

export const dateFormat: TextFormat = {
  control: 'date',
  expected: () => 'a date such as 2024-01-31, today, -7d or month-start',
  read(text) {
    const word = text.trim();
    return relativeDate(word) ?? word;
  },
  check: (text, _schema, now) =>
    isDate(text) ? text : relativeDate(text) === undefined ? undefined : resolveDate(text, now),
};

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

export function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined || year === '0000') return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}
