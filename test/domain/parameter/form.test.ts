import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlOf } from '../../../src/domain/parameter/control-of.ts';
import { formFields, labelOf } from '../../../src/domain/parameter/form.ts';
import type { Json } from '../../../src/domain/text/json.ts';
import { NO_PARAMETERS, type ParameterSchema } from '../../../src/domain/parameter/parameter.ts';
import { checkValues } from '../../../src/domain/parameter/parameter-check.ts';

const schemaOf = (a: ParameterSchema): typeof NO_PARAMETERS => ({ ...NO_PARAMETERS, properties: { a } });
const field = (schema: ParameterSchema, given: Record<string, unknown> = {}) => formFields(schemaOf(schema), given)[0];

describe('the control', () => {
  it.each<[ParameterSchema, string]>([
    [{}, 'text'],
    [{ type: 'string' }, 'text'],
    [{ type: 'string', default: 'a\nb' }, 'textarea'],
    [{ type: 'string', format: 'textarea' }, 'textarea'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'number', minimum: 0 }, 'number'],
    [{ type: 'integer', minimum: 0, maximum: 10 }, 'slider'],
    [{ type: 'integer', minimum: 0, maximum: 1_000_000 }, 'number'],
    [{ type: 'number', minimum: 0, maximum: 1 }, 'slider'],
    [{ type: 'number', minimum: 1000, maximum: 5e7 }, 'number'],
    [{ type: 'integer', minimum: 0, maximum: 100, multipleOf: 5, default: 50 }, 'slider'],
    [{ type: 'integer', minimum: 1, maximum: 100, multipleOf: 5 }, 'number'],
    [{ type: ['integer', 'null'], minimum: 0, maximum: 10 }, 'number'],
    [{ type: ['integer', 'number'] }, 'number'],
    [{ type: ['integer', 'string'] }, 'text'],
    [{ type: 'boolean' }, 'switch'],
    [{ type: ['boolean', 'null'] }, 'select'],
    [{ type: 'boolean', 'x-source': 'f()' }, 'select'],
    [{ enum: ['a'] }, 'select'],
    [{ type: 'array', items: { enum: ['a'] } }, 'multiselect'],
    [{ type: 'array', items: { type: 'string' } }, 'list'],
    [{ type: 'array' }, 'json'],
    [{ type: 'array', default: [] }, 'list'],
    [{ type: 'object' }, 'json'],
    [{ type: 'string', format: 'date' }, 'date'],
    [{ type: 'string', format: 'date-time' }, 'datetime'],
    [{ type: 'string', format: 'time' }, 'time'],
    [{ type: 'string', format: 'password' }, 'password'],
    [{ type: 'string', format: 'color' }, 'color'],
    [{ type: 'integer', minimum: 0, maximum: 5000, 'x-widget': 'slider' }, 'slider'],
    [{ type: 'integer', 'x-widget': 'slider' }, 'number'],
    [{ enum: ['a'], 'x-widget': 'radio' }, 'radio'],
    [{ type: 'string', 'x-widget': 'radio' }, 'text'],
    [{ type: 'array', items: { type: 'integer' }, 'x-widget': 'range' }, 'range'],
    [{ type: 'array', items: { type: 'string', format: 'date' }, 'x-widget': 'range' }, 'date-range'],
    [{ type: 'string', format: 'email' }, 'email'],
    [{ type: 'string', format: 'uri' }, 'url'],
    [{ type: 'string', 'x-widget': 'code' }, 'code'],
  ])('of %j is %s', (schema, control) => {
    expect(controlOf(schema)).toBe(control);
  });
});

describe('a field', () => {
  it('carries label, help, bounds and the value to begin with', () => {
    expect(
      field({ type: 'integer', minimum: 1, maximum: 9, default: 5, title: 'Rows', description: 'How many' }),
    ).toEqual({
      name: 'a',
      label: 'Rows',
      control: 'slider',
      required: false,
      value: '5',
      min: 1,
      max: 9,
      step: 1,
      help: 'How many',
    });
    expect(field({ type: 'number', exclusiveMinimum: 0, default: 0.5 })).toMatchObject({
      min: 0,
      step: 'any',
      value: '0.5',
    });
    expect(field({ type: 'integer', minimum: 1, multipleOf: 5 })).toMatchObject({ min: 1, step: 'any' });
    expect(field({ type: 'integer', minimum: 0, multipleOf: 5 })).toMatchObject({ min: 0, step: 5 });
    expect(field({ type: 'string', 'x-source': 'date.today()', format: 'date' })).toMatchObject({
      value: '',
      placeholder: 'date.today()',
    });
    expect(field({ type: 'string', format: 'password', default: 'x' })).toMatchObject({ value: '' });
    expect(field({ type: 'boolean', default: true })).toMatchObject({ control: 'switch', value: 'true' });
  });

  it('gives no help that only says the label again', () => {
    const schema = { ...NO_PARAMETERS, properties: { factor: { type: 'integer', description: 'Factor' } } } as const;
    expect(formFields(schema)[0]).not.toHaveProperty('help');
  });

  it('offers choices, and an empty one where nothing may be chosen', () => {
    expect(field({ enum: ['eu', 'us'], 'x-labels': ['Europe', 'America'], default: 'us' })?.options).toEqual([
      { value: 'eu', label: 'Europe', selected: false },
      { value: 'us', label: 'America', selected: true },
    ]);
    expect(field({ type: ['boolean', 'null'], default: null })?.options).toEqual([
      { value: '', label: '–', selected: true },
      { value: 'true', label: 'Yes', selected: false },
      { value: 'false', label: 'No', selected: false },
    ]);
    expect(field({ type: 'array', items: { enum: ['a', 'b'] } }, { a: ['b'] })?.options).toMatchObject([
      { selected: false },
      { selected: true },
    ]);
  });

  it('begins with the given value, typed or as text', () => {
    expect(field({ type: 'integer', default: 5 }, { a: '7', other: 1 })?.value).toBe('7');
    expect(field({ type: 'boolean', default: true }, { a: 'false' })?.value).toBe('false');
    expect(field({ type: 'string', format: 'date' }, { a: '-7d' })?.value).toBe('-7d');
    expect(field({ type: 'string' }, { a: 'a\nb' })?.control).toBe('textarea');
  });

  it('shows moments as they are written, and short JSON on one line', () => {
    expect(
      field({ type: 'string', format: 'date-time', 'x-native': 'datetime', default: '2026-01-31T09:30:00' })?.value,
    ).toBe('2026-01-31 09:30');
    expect(field({ type: 'string', format: 'date-time', default: '2026-01-31T09:30:00' })?.value).toBe(
      '2026-01-31 09:30:00',
    );
    expect(field({ type: 'object', default: { a: [1, 2] } })?.value).toBe('{"a":[1,2]}');
    expect(field({ type: 'object', default: { name: 'a long value', other: 'another one' } })?.value).toContain('\n');
  });

  it('offers examples where other values are taken, too', () => {
    expect(field({ type: 'string', examples: ['a', 'b'] })?.suggestions).toEqual(['a', 'b']);
    expect(field({ type: 'integer', examples: [5, 10] })?.suggestions).toEqual(['5', '10']);
  });

  it('asks for a keypad with a minus where values may be below zero', () => {
    expect(field({ type: 'integer', minimum: -5 })?.signed).toBe(true);
    expect(field({ type: 'number', default: -0.5 })?.signed).toBe(true);
    expect(field({ type: 'integer', default: 5 })).not.toHaveProperty('signed');
  });

  it.each([
    ['start_date', 'Start date'],
    ['MAX_ROWS', 'Max rows'],
    ['maxRows', 'Max Rows'],
    ['n', 'N'],
    ['EU', 'EU'],
    ['_', '_'],
  ])('%s is called %s', (name, label) => {
    expect(labelOf(name)).toBe(label);
  });

  it('sends back the default unless it is changed', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\r', ''));
    const typed: fc.Arbitrary<[ParameterSchema, Json]> = fc.oneof(
      fc.tuple(
        fc.constant<ParameterSchema>({ type: 'string' }),
        text.filter((value) => value !== ''),
      ),
      fc.tuple(fc.constant<ParameterSchema>({ type: 'integer' }), fc.maxSafeInteger()),
      fc.tuple(
        fc.constant<ParameterSchema>({ type: 'number' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      ),
      fc.tuple(fc.constant<ParameterSchema>({ type: 'boolean' }), fc.boolean()),
      fc.tuple(
        fc.constantFrom<ParameterSchema>(
          { type: 'string', 'x-widget': 'code' },
          { type: 'string', format: 'textarea' },
        ),
        text.filter((value) => value !== ''),
      ),
      fc.tuple(
        fc.constant<ParameterSchema>({ type: 'string', format: 'time' }),
        fc.constantFrom('09:30', '09:30:00', '09:30:15.25'),
      ),
      fc.tuple(fc.constant<ParameterSchema>({ type: 'string', format: 'email' }), fc.emailAddress()),
      fc.tuple(
        fc.constant<ParameterSchema>({ type: 'string', format: 'uri' }),
        fc.webUrl({ withQueryParameters: true }),
      ),
      fc.tuple(
        fc.constant<ParameterSchema>({ type: 'string', format: 'color' }),
        fc.nat(0xffffff).map((value) => `#${value.toString(16).padStart(6, '0')}`),
      ),
      fc.tuple(fc.constant<ParameterSchema>({ type: 'array', items: { type: 'string' } }), fc.array(text)),
      fc.tuple(fc.constant<ParameterSchema>({ type: 'array', items: { type: 'number' } }), fc.array(fc.integer())),
      fc.tuple(
        fc.constant<ParameterSchema>({ type: 'array', 'x-widget': 'list' }),
        fc.array(fc.oneof(text, fc.integer(), fc.boolean())),
      ),
      fc.tuple(
        fc.constant<ParameterSchema>({ type: 'string', format: 'date-time', 'x-native': 'datetime' }),
        fc.constantFrom('2026-01-31T09:30', '2026-01-31T09:30:05', '2026-01-31T09:30:00Z'),
      ),
      fc.tuple(
        fc.constant<ParameterSchema>({ type: 'object' }),
        fc.dictionary(
          // a name that JSON itself treats apart is refused
          text.filter((name) => name !== '__proto__'),
          fc.oneof(text, fc.boolean(), fc.integer()),
        ),
      ),
      fc.tuple(fc.constant<ParameterSchema>({}), fc.oneof(text, fc.integer(), fc.boolean())),
    );
    fc.assert(
      fc.property(typed, ([schema, value]) => {
        const full = schemaOf({ ...schema, default: value });
        const sent = formFields(full)[0]?.value;
        expect(checkValues(full, { a: sent }, { nowMs: 0, timezone: 'UTC' }).values.a).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});
