import { expect, test } from 'vitest';
import type { ParameterSchema } from '../../src/domain/parameter/parameter.ts';
import type { Json } from '../../src/domain/text/json.ts';
import { valueViews } from '../../src/page/value.ts';
import { script } from './sample.ts';

const range = (items: ParameterSchema): ParameterSchema => ({ type: 'array', items, 'x-widget': 'range' });

test.each<[ParameterSchema, Json, string]>([
  [{ type: 'number', 'x-unit': 'km' }, 12.5, '12.5 km'],
  [{ type: ['number', 'null'], 'x-unit': 'km' }, null, '–'],
  [{ ...range({ type: 'integer' }), 'x-unit': 'km' }, [10, 40], '10 – 40 km'],
  [range({ type: 'string', format: 'date' }), ['-7d', 'today'], '-7d – today'],
  [{ type: 'array', items: { type: 'integer' } }, [1, 2], '1, 2'],
  [{ type: 'string', format: 'date-time' }, '2026-01-31T09:30', '2026-01-31 09:30'],
  [
    { type: 'string', format: 'date-time', 'x-zone': true },
    '2026-01-31T09:30[Asia/Tokyo]',
    '2026-01-31 09:30 Asia/Tokyo',
  ],
  [{ enum: ['a', 'b'], 'x-labels': ['Bars', 'Lines'], 'x-widget': 'radio' }, 'b', 'Lines'],
])('with %j the value %j is shown as %s', (schema, value, text) => {
  const [view] = valueViews({ a: value }, { ...script().schema, properties: { a: schema } });
  expect(view?.text).toBe(text);
});

test('values of inputs that the others hide are left out', () => {
  const properties: Record<string, ParameterSchema> = {
    command: { type: 'string', enum: ['add', 'drop'], default: 'add' },
    force: { type: 'boolean', default: false, 'x-visible-when': { command: 'drop' } },
  };
  const labels = (values: Record<string, Json>) =>
    valueViews(values, { ...script().schema, properties }).map(({ label }) => label);
  expect(labels({ command: 'add', force: false })).toEqual(['Command']);
  expect(labels({ force: false })).toEqual([]);
  expect(labels({ command: 'drop', force: true })).toEqual(['Command', 'Force']);
});
