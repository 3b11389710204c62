/**
 * How long reports of single scripts are kept: the setting `retain`, a list of `"sales/*: days=90 count=20
 * bytes=500MB"`.
 */
import { AppError } from '../error.ts';
import { matchNames } from '../text/name-pattern.ts';
import type { Bounds } from './retention.ts';
import { SIZE, sizeBytes } from '../text/size.ts';
import { DAY_MS } from '../milliseconds.ts';

/** For each limit, the first line that matches a script and sets it applies. Throws `invalid` for any other line. */
export function readRetentionRules(lines: readonly string[]): (script: string) => Bounds {
  const rules = lines.map((line) => {
    const [, scripts, bounds] = /^\s*(\S.*?)\s*:\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (scripts === undefined || bounds === undefined) throw misread(line);
    return { fits: matchNames([scripts]), bounds: readBounds(line, bounds.split(/[\s,]+/)) };
  });
  return (script) =>
    rules.filter(({ fits }) => fits.test(script)).reduce<Bounds>((known, { bounds }) => ({ ...bounds, ...known }), {});
}

function readBounds(line: string, parts: readonly string[]): Bounds {
  return Object.assign(
    {},
    ...parts.map((part): Bounds => {
      const [key, value = ''] = part.split('=');
      if (key === 'days' && /^\d{1,5}$/.test(value) && Number(value) > 0) return { ms: Number(value) * DAY_MS };
      if (key === 'count' && /^\d{1,9}$/.test(value) && Number(value) > 0) return { count: Number(value) };
      if (key === 'bytes' && SIZE.test(value)) return { bytes: sizeBytes(value) };
      throw misread(line);
    }),
  ) as Bounds;
}

function misread(line: string): AppError {
  return new AppError(
    'invalid',
    `The setting retain has "${line}"; write a line such as "sales/*: days=90 count=20 bytes=500MB", with one of the three or more.`,
  );
}
