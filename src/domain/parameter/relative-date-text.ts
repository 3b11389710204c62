/** What a relative date means now, for the reader who types it: `Last day of last month: 31 October 2026`. */
import { DAY_EDGES } from '../time/day.ts';
import { parseRelativeDate, relativeDate, resolveDate, resolveDateTime } from './relative-date.ts';
import type { Now, Step } from './relative-date.ts';

export interface DateReader {
  /** Language of the words. */
  readonly language: string;
  /** Language of the date. */
  readonly locale: string;
}

const UNITS = { min: 'minute', h: 'hour', d: 'day', w: 'week', m: 'month', q: 'quarter', y: 'year' } as const;

/** Empty if the text is not a relative date, or not one that this kind of field accepts. */
export function relativeDateText(
  text: string,
  kind: 'date' | 'datetime',
  { language, locale }: DateReader,
  now: Now,
): string {
  const compact = relativeDate(text);
  const resolved =
    compact === undefined ? undefined : kind === 'date' ? resolveDate(compact, now) : resolveDateTime(compact, now);
  if (compact === undefined || resolved === undefined) return '';
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'long',
    timeZone: 'UTC',
    ...(kind === 'date' ? {} : { timeStyle: 'short' }),
  });
  const moment = format.format(Date.parse(kind === 'date' ? resolved : `${resolved}Z`));
  const words = wordsOf(compact, language);
  return words === undefined ? moment : `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${moment}`;
}

/** Undefined if words would not make it clearer, as for `month-start-1d`. */
function wordsOf(compact: string, language: string): string | undefined {
  const { word, steps } = parseRelativeDate(compact);
  const [period, edge] = word.split('-');
  if (edge === 'start' || edge === 'end')
    return edgeWords(period as 'week' | 'month' | 'quarter' | 'year', edge, steps, language);
  const auto = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (steps.length === 0)
    return word === 'now'
      ? auto.format(0, 'second')
      : auto.format(word === 'yesterday' ? -1 : word === 'tomorrow' ? 1 : 0, 'day');
  const [[count, unit]] = steps as [Step];
  if (
    steps.length > 1 ||
    !['', 'today', 'now'].includes(word) ||
    (word === 'today' && (unit === 'h' || unit === 'min'))
  )
    return undefined;
  return new Intl.RelativeTimeFormat(language).format(count, UNITS[unit]);
}

function edgeWords(
  period: 'week' | 'month' | 'quarter' | 'year',
  edge: 'start' | 'end',
  steps: readonly Step[],
  language: string,
): string | undefined {
  if (steps.some(([, unit]) => UNITS[unit] !== period)) return undefined;
  const count = steps.reduce((sum, [each]) => sum + each, 0);
  const when = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(count, period);
  return `${DAY_EDGES[edge]} ${Math.abs(count) < 2 ? when : `the ${period} ${when}`}`;
}
