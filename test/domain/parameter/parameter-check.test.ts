import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/domain/error.ts';
import { NO_PARAMETERS, type ParameterSchema, type ParametersSchema } from '../../../src/domain/parameter/parameter.ts';
import { checkValues } from '../../../src/domain/parameter/parameter-check.ts';

const now = { nowMs: Date.UTC(2024, 2, 31, 22, 30), timezone: 'Europe/Berlin' };
const schemaOf = (properties: Record<string, ParameterSchema>, required: string[] = []): ParametersSchema => ({
  ...NO_PARAMETERS,
  properties,
  required,
});
const value = (schema: ParameterSchema, given: unknown): unknown =>
  checkValues(schemaOf({ a: schema }), { a: given }, now).values.a;
const problem = (schema: ParameterSchema, given: unknown): string | undefined => {
  try {
    checkValues(schemaOf({ a: schema }, ['a']), { a: given }, now);
  } catch (error) {
    return (error as AppError).fields[0]?.message;
  }
};

describe('a value', () => {
  it.each<[ParameterSchema, unknown, unknown]>([
    [{ type: 'integer' }, '5', 5],
    [{ type: 'integer' }, ' 1,234 ', 1234],
    [{ type: 'integer' }, '1e3', 1000],
    [{ type: 'integer' }, '9223372036854775808', '9223372036854775808'],
    [{ type: 'integer' }, '−3', -3],
    [{ type: 'number' }, '1,5', 1.5],
    [{ type: 'number' }, '1.234,5', 1234.5],
    [{ type: 'number' }, '1,234.5', 1234.5],
    [{ type: 'number' }, '1 234,5', 1234.5],
    [{ type: 'number' }, '1.234.567', 1234567],
    [{ type: 'number' }, '0,123', 0.123],
    [{ type: 'number' }, 'nan', 'NaN'],
    [{ type: 'number' }, '-inf', '-Infinity'],
    [{ type: 'number' }, '１２', 12],
    [{ type: 'boolean' }, 'on', true],
    [{ type: 'boolean' }, 'False', false],
    [{ type: 'boolean' }, ['false', 'true'], true],
    [{ type: 'boolean' }, 'false', false],
    [{ type: 'string' }, ' a\r\nb ', ' a\nb '],
    [{ type: 'string', default: 'x' }, '', ''],
    [{ type: 'integer', default: 7 }, '', 7],
    [{ type: ['integer', 'null'], default: 7 }, '', null],
    [{ type: 'integer', 'x-source': 'f()' }, '', undefined],
    [{ type: 'string', 'x-source': 'f()' }, '', undefined],
    [{ type: ['integer', 'string'] }, '5', 5],
    [{ type: ['integer', 'string'] }, 'five', 'five'],
    [{ enum: ['EU', 1, true] }, 'EU', 'EU'],
    [{ enum: ['EU', 1, true] }, '1', 1],
    [{ enum: ['EU', 1, true] }, 'true', true],
    [{ type: 'array', items: { type: 'integer' } }, '1, 2', [1, 2]],
    [{ type: 'array', items: { type: 'number' } }, '1,5; 2', [1.5, 2]],
    [{ type: 'array', items: { type: 'string' } }, 'a, b\nc', ['a, b', 'c']],
    [{ type: 'array', items: { type: 'integer' } }, '[1, 2]', [1, 2]],
    [{ type: 'array' }, '[1, "5", ""]', [1, '5', '']],
    [{ type: 'array' }, ['5'], ['5']],
    [{ type: 'array' }, '5\na', [5, 'a']],
    [{ type: 'array', items: { enum: ['a, b', 'c'] } }, ['a, b'], ['a, b']],
    [{ type: 'array', items: { enum: ['a', 'c'] }, default: ['a'] }, '', []],
    [{ type: 'array', items: { enum: ['a', 'c'] }, default: ['a'] }, ['', 'c'], ['c']],
    [{ type: 'array', uniqueItems: true }, [1, 1, 2], [1, 2]],
    [{ type: 'object' }, '{"a": [1.5]}', { a: [1.5] }],
    [{ type: 'array', items: { type: ['integer', 'null'] } }, '[1, null]', [1, null]],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, '{"a": 1, "b": "2"}', { a: 1, b: 2 }],
    [{ type: 'object', additionalProperties: { type: ['integer', 'null'] } }, { a: null }, { a: null }],
    [{ type: 'object', additionalProperties: {} }, { a: '5' }, { a: '5' }],
    [
      { type: 'object', additionalProperties: { type: 'array', items: { type: 'number' } } },
      { a: '1,5; 2' },
      { a: [1.5, 2] },
    ],
    [{ type: 'object', additionalProperties: { type: 'string', format: 'date' } }, { a: '-7d' }, { a: '2024-03-25' }],
    [
      { type: 'object', 'x-keys': { type: 'integer' } },
      { ' 1,234 ': 'a', '-3': 'b' },
      { 1234: 'a', '-3': 'b' },
    ],
    [{ type: 'object', 'x-keys': { type: 'string', format: 'date' } }, { '-7d': 1 }, { '2024-03-25': 1 }],
    [{}, '5', 5],
    [{}, 'EU', 'EU'],
    [{}, '"5"', '5'],
    [{}, '007', '007'],
    [{ default: null }, '', null],
    [{ type: 'string', format: 'date' }, '2024-02-29', '2024-02-29'],
    [{ type: 'string', format: 'date' }, 'Today', '2024-04-01'],
    [{ type: 'string', format: 'date' }, '-7d', '2024-03-25'],
    [{ type: 'string', format: 'date' }, '+2w', '2024-04-15'],
    [{ type: 'string', format: 'date', default: 'month-start' }, undefined, '2024-04-01'],
    [{ type: 'string', format: 'date' }, 'month-end -1m', '2024-03-31'],
    [{ type: 'string', format: 'date-time' }, '2024-01-31 10:30', '2024-01-31T10:30'],
    [{ type: 'string', format: 'date-time' }, '2024-01-31T10:30:00Z', '2024-01-31T10:30:00Z'],
    [{ type: 'string', format: 'date-time' }, 'now', '2024-04-01T00:30:00'],
    [{ type: 'string', format: 'date-time' }, 'yesterday', '2024-03-31T00:00:00'],
    [{ type: 'string', format: 'time' }, '09:30', '09:30'],
    [{ type: 'number', 'x-native': 'decimal' }, '1.10', '1.10'],
    [{ type: 'number', 'x-native': 'decimal' }, '1,5', 1.5],
    [{ type: 'number', 'x-native': 'decimal' }, '12345678901234567.89', '12345678901234567.89'],
  ])('%j given %j is %j', (schema, given, expected) => {
    expect(value(schema, given)).toEqual(expected);
  });

  it.each<[ParameterSchema, unknown, string]>([
    [{ type: 'integer' }, 'five', 'Enter a whole number.'],
    [{ type: 'integer' }, '1.5', 'Enter a whole number.'],
    [{ type: 'integer' }, 1.5, 'Enter a whole number.'],
    [{ type: 'integer' }, 2 ** 53, 'Enter a whole number.'],
    [{ type: 'integer', minimum: 1, maximum: 10 }, '11', 'Enter a whole number from 1 to 10.'],
    [{ type: 'number', exclusiveMinimum: 0 }, 0, 'Enter a number above 0.'],
    [{ type: 'number', minimum: 0 }, 'NaN', 'Enter a number of at least 0.'],
    [{ type: 'number' }, '1,234', 'Enter a number.'],
    [{ type: 'number', multipleOf: 0.1 }, '0.35', 'Enter a number in steps of 0.1.'],
    [{ type: ['integer', 'number'] }, 'x', 'Enter a number.'],
    [{ type: 'boolean' }, 'maybe', 'Enter true or false.'],
    [{ type: 'string' }, 5, 'Enter text.'],
    [{ type: 'string' }, '', 'This is required: enter text.'],
    [{ type: 'integer', minimum: 1, maximum: 9 }, '', 'This is required: enter a whole number from 1 to 9.'],
    [{ type: 'string', format: 'file' }, 5, 'Upload a file.'],
    [{ type: 'string', maxLength: 2 }, 'abc', 'Enter text of at most 2 characters.'],
    [{ type: 'string', pattern: '^[\\w-]+$' }, 'a b', 'Enter text that matches ^[\\w-]+$.'],
    [{ type: 'string', pattern: '^[A-Z]+$' }, 'abc', 'Enter text that matches ^[A-Z]+$.'],
    [{ enum: ['EU', 'US'] }, 'XX', 'Enter one of: EU, US.'],
    [{ type: 'string', format: 'date' }, '31.1.2024', 'Enter a date such as 2024-01-31, today, -7d or month-start.'],
    [{ type: 'string', format: 'date' }, '2024-02-30', 'Enter a date such as 2024-01-31, today, -7d or month-start.'],
    [{ type: 'string', format: 'date' }, '-2h', 'Enter a date such as 2024-01-31, today, -7d or month-start.'],
    [{ type: 'array', items: { type: 'integer' } }, '1, x', 'Enter a whole number instead of “x”.'],
    [
      { type: 'array', items: { type: 'integer', maximum: 5 } },
      [3, 9],
      'Enter a whole number of at most 5 instead of “9”.',
    ],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, ['c'], 'Enter one of: a, b instead of “c”.'],
    [
      { type: 'array', items: { type: 'integer' } },
      ['x', 1, null, { a: 1 }],
      'Enter a whole number instead of “x”, “null”, “{"a":1}”.',
    ],
    [
      { type: 'array', items: { type: 'integer' } },
      'a b c d e f g'.split(' '),
      'Enter a whole number instead of “a”, “b”, “c”, “d”, “e” and 2 more.',
    ],
    [
      { type: 'object', additionalProperties: { type: 'integer' } },
      { a: 1, b: 'x', c: 1.5 },
      'Enter a whole number instead of “x” for “b”, “1.5” for “c”.',
    ],
    [
      { type: 'object', additionalProperties: { type: 'integer', maximum: 5 } },
      { a: 9 },
      'Enter a whole number of at most 5 instead of “9” for “a”.',
    ],
    [
      { type: 'object', additionalProperties: { type: 'boolean' } },
      '{"a": "maybe"}',
      'Enter true or false instead of “maybe” for “a”.',
    ],
    [{ type: 'object', additionalProperties: { type: 'string' } }, { a: 5 }, 'Enter text instead of “5” for “a”.'],
    [
      { type: 'object', additionalProperties: { type: 'object', additionalProperties: { type: 'integer' } } },
      { a: { b: 'x' } },
      'Enter a whole number instead of “x” for “b” in “a”.',
    ],
    [
      { type: 'object', additionalProperties: { type: 'array', items: { type: 'integer' } } },
      { a: [1, 'x'] },
      'Enter a whole number instead of “x” for “a”.',
    ],
    [
      { type: 'object', 'x-keys': { type: 'integer' }, additionalProperties: { type: 'boolean' } },
      { x: true, 1: 2 },
      'Enter a whole number instead of the name “x”. Enter true or false instead of “2” for “1”.',
    ],
    [
      { type: 'object', 'x-keys': { type: 'string', enum: ['a', 'b'] } },
      { c: 1 },
      'Enter one of: a, b instead of the name “c”.',
    ],
    [
      { type: 'object', additionalProperties: { type: 'number' } },
      '5',
      'Enter a JSON object, such as {"name": 1.5}, each value a number.',
    ],
    [
      { type: 'object', 'x-keys': { type: 'integer' } },
      [1],
      'Enter a JSON object, such as {"1": 1}, each name a whole number.',
    ],
    [{ type: 'string', pattern: '^[A-Z]{2}-\\d+$', examples: ['AB-12'] }, 'x', 'Enter text, such as AB-12.'],
    [{ type: 'object' }, '{"a": 1,}', 'Enter valid JSON: line 1, column 9: a name in double quotes is expected.'],
    [
      { type: 'array', items: { type: 'integer' } },
      '[12345678901234567890.5]',
      'Enter a whole number instead of “12345678901234567890.5”.',
    ],
    [{ type: ['integer', 'null'] }, 'x', 'Enter a whole number, or leave it empty.'],
  ])('%j refuses %j: %s', (schema, given, message) => {
    expect(problem(schema, given)).toBe(message);
  });

  it('keeps relative dates in what was given', () => {
    const schema = schemaOf({ from: { type: 'string', format: 'date' }, n: { type: 'integer', default: 3 } });
    expect(checkValues(schema, { from: ' -7D ' }, now)).toEqual({
      given: { from: '-7d' },
      values: { from: '2024-03-25', n: 3 },
    });
  });

  it('names every bad field at once, unknown ones too', () => {
    const schema = schemaOf({ a: { type: 'integer' }, b: { type: 'string' }, c: { type: 'integer', default: 1 } }, [
      'a',
      'b',
    ]);
    const given = { a: 'x', constructor: 1, _after: 5 };
    expect(() => checkValues(schema, given, now)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        fields: [
          { field: 'constructor', message: 'There is no parameter with this name. The parameters are: a, b, c.' },
          { field: 'a', message: 'Enter a whole number.' },
          { field: 'b', message: expect.stringMatching(/^This is required: /) },
        ],
      }),
    );
  });
});
