/** The kinds of values that settings have, with what a wrong one should have been. */
import Type from 'typebox';
import { defined } from '../domain/defined.ts';
import { DURATION } from '../domain/text/duration.ts';
import { SIZE } from '../domain/text/size.ts';

export const text = (fallback: string, description: string, expected?: string) =>
  Type.String({ default: fallback, description, ...defined({ expected }) });
export const whole = (fallback: number, bounds: { minimum: number; maximum: number }, description: string) =>
  Type.Integer({
    default: fallback,
    ...bounds,
    description,
    expected: `a whole number from ${bounds.minimum} to ${bounds.maximum}`,
  });
export const unlimited = (description: string) =>
  whole(0, { minimum: 0, maximum: 1_000_000 }, `${description}; 0: no limit`);
export const duration = (fallback: string, description: string) =>
  Type.String({
    default: fallback,
    pattern: DURATION.source,
    description,
    expected: 'a duration such as "90s", "10m", "2h" or "30d"',
  });
export const size = (fallback: string, description: string) =>
  Type.String({
    default: fallback,
    pattern: SIZE.source,
    description,
    expected: 'a size such as "500KB", "64MB" or "2GB"',
  });
export const flag = (fallback: boolean, description: string) =>
  Type.Boolean({ default: fallback, description, expected: 'true or false' });
export const list = (description: string) =>
  Type.Array(Type.String(), { default: [], description, expected: 'a list of texts' });
