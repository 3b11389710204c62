import { expect, it } from 'vitest';
import { fittingValues } from '../../../src/domain/parameter/parameter-fit.ts';
import { NO_PARAMETERS, type ParameterSchema } from '../../../src/domain/parameter/parameter.ts';

const NOW = { nowMs: 0, timezone: 'UTC' };
const PROPERTIES: Record<string, ParameterSchema> = {
  rows: { type: 'integer', minimum: 1, default: 5 },
  since: { type: 'string', format: 'date' },
  key: { type: 'string', format: 'password' },
  data: { type: 'string', format: 'file' },
  region: { type: 'string', enum: ['north', 'south'] },
  more: { type: 'integer', 'x-visible-when': { region: 'south' } },
  // the author's own mistake, which values for other inputs must not suffer from
  broken: { type: 'integer', maximum: 1, default: 9 },
};
const SCHEMA = { ...NO_PARAMETERS, properties: PROPERTIES, required: ['region', 'since'] };

it('keeps what fits in its type, also what is not shown, and leaves dates relative', () => {
  expect(fittingValues(SCHEMA, { rows: '7', since: '-7d', more: '1' }, NOW)).toEqual({
    values: { rows: 7, since: '-7d', more: 1 },
    left: [],
  });
});

it('names every value that does not fit, each with its reason', () => {
  const given = { rows: 0, since: 'soon', key: 'k', data: 'a.csv', region: 'south', other: 1, constructor: 2 };
  const { values, left } = fittingValues(SCHEMA, given, NOW);
  expect(values).toEqual({ region: 'south' });
  expect(left.map(({ field }) => field)).toEqual(['key', 'data', 'other', 'constructor', 'rows', 'since']);
  expect(left.every(({ message }) => /\.$/.test(message))).toBe(true);
});

it('finds nothing missing', () => {
  expect(fittingValues(SCHEMA, {}, NOW)).toEqual({ values: {}, left: [] });
});
