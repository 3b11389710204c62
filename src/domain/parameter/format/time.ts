/** A time of day. */
import type { TextFormat } from './format.ts';

export const timeFormat: TextFormat = {
  control: 'time',
  expected: () => 'a time such as 10:30',
  read: (text) => text.trim(),
  check: (text) => (isTime(text) ? text : undefined),
};

export function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/.test(text);
}
