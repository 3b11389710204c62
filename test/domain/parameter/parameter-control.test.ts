/** The controls that consist of more than one text: what they begin with, what they send, what is made of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/domain/error.ts';
import type { Json } from '../../../src/domain/text/json.ts';
import { formFields } from '../../../src/domain/parameter/form.ts';
import { NO_PARAMETERS, type ParameterSchema } from '../../../src/domain/parameter/parameter.ts';
import { checkValues, type CheckedValues } from '../../../src/domain/parameter/parameter-check.ts';
import { needOf } from '../../../src/domain/parameter/parameter-need.ts';
import { mergeParameters } from '../../../src/domain/parameter/parameter-refine.ts';
import { wallClockMs } from '../../../src/domain/time/timezone.ts';
import { widgetProblem } from '../../../src/domain/parameter/parameter-widget.ts';

const now = { nowMs: Date.UTC(2024, 2, 31, 22, 30), timezone: 'Europe/Berlin' };
const schemaOf = (a: ParameterSchema, required: string[] = []) => ({ ...NO_PARAMETERS, properties: { a }, required });
const field = (schema: ParameterSchema, a?: unknown) =>
  formFields(schemaOf(schema), a === undefined ? {} : { a }).find(({ name }) => name === 'a');
const check = (schema: ParameterSchema, a: unknown): CheckedValues => checkValues(schemaOf(schema), { a }, now);
const problem = (schema: ParameterSchema, a: unknown) => {
  try {
    check(schema, a);
  } catch (error) {
    return (error as AppError).fields[0];
  }
};
const range = (items: ParameterSchema, more: ParameterSchema = {}): ParameterSchema => ({
  type: 'array',
  items,
  minItems: 2,
  maxItems: 2,
  'x-widget': 'range',
  ...more,
});
const DATE = { type: 'string', format: 'date' } as const;
const ZONED = { type: 'string', format: 'date-time', 'x-zone': true } as const;

describe('a range', () => {
  it.each<[ParameterSchema, unknown, Json | undefined]>([
    [{ type: 'integer' }, ['1', '5'], [1, 5]],
    [{ type: 'integer' }, [1, 5], [1, 5]],
    [{ type: 'integer' }, '1..5', [1, 5]],
    [{ type: 'integer' }, '-5..-1', [-5, -1]],
    [{ type: 'number' }, '0.5, 2.5', [0.5, 2.5]],
    [{ type: 'integer' }, '[3, 3]', [3, 3]],
    [{ type: 'integer' }, ['', ''], undefined],
    [{ type: 'integer' }, ['9007199254740993', '9007199254740995'], ['9007199254740993', '9007199254740995']],
    [DATE, ['-7d', 'today'], ['2024-03-25', '2024-04-01']],
    [DATE, '2026-01-01..2026-01-31', ['2026-01-01', '2026-01-31']],
  ])('of %j given %j is %j', (items, given, expected) => {
    expect(check(range(items), given).values.a).toEqual(expected);
  });

  it.each<[ParameterSchema, unknown, string]>([
    [{ type: 'integer' }, ['5', '1'], 'Enter two values, the first not above the second, each a whole number.'],
    [
      DATE,
      ['today', '-7d'],
      'Enter two values, the first not above the second, each a date such as 2024-01-31, today, -7d or month-start.',
    ],
    [{ type: 'integer' }, ['', '5'], 'Enter a whole number instead of “”.'],
    [{ type: 'integer', maximum: 9 }, ['1', '10'], 'Enter a whole number of at most 9 instead of “10”.'],
    [{ type: 'integer' }, '1..2..3', 'Enter two values, the first not above the second, each a whole number.'],
    [{ type: 'integer' }, '5', 'Enter two values, the first not above the second, each a whole number.'],
  ])('of %j refuses %j', (items, given, expected) => {
    expect(problem(range(items), given)?.message).toBe(expected);
  });

  it('begins with its two ends, whether typed, of a link or sent before', () => {
    const schema = range({ type: 'integer', minimum: 0, maximum: 100 }, { default: [10, 40] });
    expect(field(schema)).toMatchObject({ control: 'range', ends: ['10', '40'], min: 0, max: 100, step: 1 });
    expect(field(schema, '1..5')?.ends).toEqual(['1', '5']);
    expect(field(schema, ['7', ''])?.ends).toEqual(['7', '']);
    expect(field(range(DATE), ['-7d', 'today'])).toMatchObject({ control: 'date-range', ends: ['-7d', 'today'] });
  });

  it('sends back its default unless it is changed', () => {
    const pair = fc.tuple(fc.maxSafeInteger(), fc.maxSafeInteger()).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
    fc.assert(
      fc.property(pair, (both) => {
        const schema = range({ type: 'integer' }, { default: both });
        expect(check(schema, field(schema)?.ends).values.a).toEqual(both);
      }),
    );
  });

  it('is never inferred from two numbers, which may be a width and a height', () => {
    expect(check({ type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 }, '5, 1').values.a).toEqual([
      5, 1,
    ]);
  });
});

describe('a moment with a zone', () => {
  it.each<[unknown, string]>([
    ['2024-01-31 10:30', '2024-01-31T10:30+01:00'],
    ['2024-07-31 10:30', '2024-07-31T10:30+02:00'],
    [['2024-01-31 10:30', 'America/New_York'], '2024-01-31T10:30-05:00'],
    ['2024-01-31 10:30:15.25 Asia/Kolkata', '2024-01-31T10:30:15.25+05:30'],
    ['2024-01-31T10:30[Asia/Tokyo]', '2024-01-31T10:30+09:00'],
    ['2024-01-31T10:30 UTC', '2024-01-31T10:30+00:00'],
    [['2024-01-31T10:30Z', 'Asia/Tokyo'], '2024-01-31T10:30Z'],
    ['2024-01-31 10:30 +03:00', '2024-01-31T10:30+03:00'],
    ['now', '2024-04-01T00:30:00+02:00'],
    [['today', 'Asia/Tokyo'], '2024-04-01T00:00:00+09:00'],
    // the clock was put forward at 02:00, and back at 03:00
    ['2024-03-31 02:30', '2024-03-31T03:30+02:00'],
    ['2024-10-27 02:30', '2024-10-27T02:30+02:00'],
    ['0050-01-01 00:00 UTC', '0050-01-01T00:00+00:00'],
    ['1880-01-01 12:00', '1880-01-01T11:06Z'],
  ])('given as %j is %s', (given, expected) => {
    expect(check(ZONED, given).values.a).toBe(expected);
  });

  it.each([
    ['2024-01-31 10:30 Nowhere/Land'],
    [['2024-01-31 10:30', 'Nowhere']],
    ['2024-01-31'],
    ['2024-01-31T10:30Z[Asia/Tokyo]'],
  ])('refuses %j', (given) => {
    expect(problem(ZONED, given)?.message).toMatch(/^Enter a date with a time and a zone such as /);
  });

  it('is the local time of its zone, at any time and in any zone', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Australia/Lord_Howe',
      'UTC',
    );
    const minute = fc.integer({ min: Date.UTC(1971, 0) / 60_000, max: Date.UTC(2099, 0) / 60_000 });
    fc.assert(
      fc.property(zone, minute, (timezone, at) => {
        const local = new Date(wallClockMs(at * 60_000, timezone)).toISOString().slice(0, 16);
        const value = String(check(ZONED, [local, timezone]).values.a);
        expect(value.slice(0, 16)).toBe(local);
        // of a time that occurs twice it is the first
        expect(Date.parse(value)).toBeLessThanOrEqual(at * 60_000);
        expect(at * 60_000 - Date.parse(value)).toBeLessThanOrEqual(60 * 60_000);
      }),
    );
  });

  it('shows again what was written, and sends the same', () => {
    for (const text of ['2024-01-31 10:30 America/New_York', '-2h', 'today UTC', '2024-01-31 10:30 +03:00']) {
      const { given, values } = check(ZONED, text);
      const { value, zone } = field(ZONED, given.a) ?? {};
      expect(check(ZONED, [value, zone]).values.a).toBe(values.a);
    }
    expect(field(ZONED, '2024-01-31T10:30[Asia/Tokyo]')).toMatchObject({
      value: '2024-01-31 10:30',
      zone: 'Asia/Tokyo',
    });
    expect(field(ZONED, ['', 'Asia/Tokyo'])).toMatchObject({ value: '', zone: 'Asia/Tokyo' });
    expect(field(ZONED, ['x', ''])).toMatchObject({ value: 'x', zone: '' });
    expect(field({ ...ZONED, 'x-zone': false })).not.toHaveProperty('zone');
  });
});

describe('a text with a format', () => {
  it.each<[ParameterSchema, string, string | undefined]>([
    [{ format: 'color' }, '#ABC', '#AABBCC'],
    [{ format: 'color' }, 'red;background:url(//x)', undefined],
    [{ format: 'color' }, '#1f77b4;', undefined],
    [{ format: 'email' }, ' ana@example.org ', 'ana@example.org'],
    [{ format: 'email' }, 'ana@example.org\nBcc: b@example.org', undefined],
    [{ format: 'email' }, '<script>@example.org', undefined],
    [{ format: 'uri' }, 'https://example.org/?a=b', 'https://example.org/?a=b'],
    [{ format: 'uri' }, 's3://bucket/key', 's3://bucket/key'],
    [{ format: 'uri' }, 'https:example.org', undefined],
    [{ format: 'uri' }, 'javascript:alert(1)', undefined],
    [{ format: 'uri' }, ' JavaScript:alert(1)', undefined],
    [{ format: 'uri' }, 'data:text/html,x', undefined],
    [{ format: 'uri' }, 'java\tscript:alert(1)', undefined],
    [{ format: 'uri', 'x-schemes': ['https'] }, 'http://example.org/', undefined],
    [{ format: 'uri', 'x-schemes': ['s3'] }, 's3://bucket/key', 's3://bucket/key'],
  ])('%j makes of %j %j', (more, given, expected) => {
    const schema = { type: 'string', ...more } as ParameterSchema;
    if (expected === undefined) expect(problem(schema, given)?.message).toMatch(/^Enter an? (colour|e-mail|address)/);
    else expect(check(schema, given).values.a).toBe(expected);
  });

  it('may be empty where its default is', () => {
    expect(check({ type: 'string', format: 'uri', default: '' }, '').values.a).toBe('');
    expect(check({ type: 'string', pattern: '^a$', default: '' }, undefined).values.a).toBe('');
  });

  it('says its own sentence where a pattern does not match', () => {
    const schema = { type: 'string', pattern: '^\\d+$', 'x-pattern-message': 'Enter digits only.' } as const;
    expect(problem(schema, 'x')?.message).toBe('Enter digits only.');
    expect(check(schema, '5').values.a).toBe('5');
  });
});

it('a mistake in JSON has a position', () => {
  expect(problem({ type: 'object' }, '{\n  "a": 1,\n}')).toMatchObject({ line: 3, column: 1 });
  expect(problem({ type: 'array', items: { type: 'object' } }, '[{"a" 1}]')).toMatchObject({ line: 1, column: 7 });
  expect(problem({ type: 'integer' }, 'x')).not.toHaveProperty('line');
});

it.each<[ParameterSchema, RegExp | undefined]>([
  [{ type: 'integer', minimum: 5, maximum: 1 }, /minimum above its maximum/],
  [{ type: 'integer', 'x-widget': 'slider' }, /cannot be a slider, which needs a number with minimum and maximum/],
  [{ type: 'integer', minimum: 1, maximum: 1, 'x-widget': 'slider' }, /cannot be a slider/],
  [{ type: 'string', 'x-widget': 'range' }, /cannot be a range/],
  [range({ type: 'integer', minimum: 5, maximum: 1 }), /minimum above its maximum/],
  [{ type: 'string', 'x-widget': 'radio' }, /needs choices/],
  [{ type: 'integer', 'x-widget': 'color' }, /is for a text/],
  [{ type: 'integer', minimum: 0, maximum: 9, 'x-widget': 'slider' }, undefined],
  [range({ type: 'number' }), undefined],
  [{ type: 'boolean', 'x-widget': 'radio' }, undefined],
])('of the schema %j a problem is %s', (schema, expected) => {
  if (expected === undefined) expect(widgetProblem(schema)).toBeUndefined();
  else expect(widgetProblem(schema)).toMatch(expected);
});

it('a control implies a format and a count', () => {
  const properties = {
    tint: { type: 'string', 'x-widget': 'color' },
    span: { type: 'array', items: { type: 'integer' }, 'x-widget': 'range' },
  } as const;
  expect(mergeParameters([], [{ properties, required: [] }]).properties).toMatchObject({
    tint: { format: 'color' },
    span: { minItems: 2, maxItems: 2 },
  });
});

it('radios offer nothing only where nothing is valid', () => {
  const values = (schema: ParameterSchema) => field(schema)?.options?.map(({ value }) => value);
  expect(values({ enum: ['a', 'b'], 'x-widget': 'radio' })).toEqual(['a', 'b']);
  expect(values({ type: ['boolean', 'null'], enum: [true, null], 'x-widget': 'radio' })).toEqual(['', 'true']);
});

it.each<[ParameterSchema, boolean, string]>([
  [{ type: 'integer' }, true, 'required'],
  [{ type: 'integer' }, false, 'optional'],
  [{ type: ['integer', 'null'], default: 5 }, false, 'optional'],
  [{ type: 'string', default: '' }, false, 'optional'],
  [{ type: 'string', 'x-source': 'f()' }, false, 'optional'],
  [{ type: 'integer', default: 5 }, false, 'default'],
  [{ type: 'boolean', default: false }, false, 'default'],
])('%j, required: %s, is %s', (schema, required, need) => {
  expect(needOf(schemaOf(schema, required ? ['a'] : []), 'a')).toBe(need);
});
