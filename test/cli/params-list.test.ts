import { expect, test } from 'vitest';
import { parameterList } from '../../src/cli/params-list.ts';
import { NO_PARAMETERS } from '../../src/domain/parameter/parameter.ts';

test('says of each parameter what it accepts, and whether it is needed', () => {
  const schema = {
    ...NO_PARAMETERS,
    properties: {
      rows: { type: 'integer', minimum: 0, maximum: 9, default: 5, 'x-unit': 'rows', description: 'How\nmany\x1b[31m' },
      day: { type: 'string', format: 'date', 'x-source': 'date.today()' },
      span: { type: 'array', items: { type: 'integer' }, 'x-widget': 'range' },
      note: { type: 'string', default: '' },
    },
    required: ['span'],
  } as const;
  expect(parameterList(schema).split('\n')).toEqual([
    'rows  a whole number from 0 to 9, in rows; default 5',
    expect.stringMatching(/^ {6}How.many/),
    'day   a date such as 2024-01-31, today, -7d or month-start; optional; if empty: date.today()',
    'span  two values, the first not above the second, each a whole number; required',
    'note  text; optional',
  ]);
  expect(parameterList(schema)).not.toContain('\x1b');
  expect(parameterList(NO_PARAMETERS)).toBe('This script has no parameters.');
});
