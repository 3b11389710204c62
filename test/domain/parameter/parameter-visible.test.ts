import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/domain/error.ts';
import { checkValues } from '../../../src/domain/parameter/parameter-check.ts';
import { dependencyProblem, unusableConditions } from '../../../src/domain/parameter/parameter-dependency.ts';
import { readSidecar } from '../../../src/domain/parameter/parameter-sidecar.ts';
import { NO_PARAMETERS, type ParameterSchema, type ParametersSchema } from '../../../src/domain/parameter/parameter.ts';
import { hiddenNames, type VisibleWhen } from '../../../src/domain/parameter/parameter-visible.ts';
import type { Json } from '../../../src/domain/text/json.ts';

const now = { nowMs: 0, timezone: 'UTC' };
const schemaOf = (properties: Record<string, ParameterSchema>, required: string[] = []): ParametersSchema => ({
  ...NO_PARAMETERS,
  properties,
  required,
});
const isShown = (when: VisibleWhen, values: Record<string, Json>, usual: Json = null) =>
  !hiddenNames(
    new Map([
      ['a', { when: undefined, usual }],
      ['b', { when, usual: null }],
    ]),
    (name) => values[name],
  ).has('b');

describe('a condition', () => {
  it.each<[VisibleWhen, Json, boolean]>([
    [{ a: 'custom' }, 'custom', true],
    [{ a: 'custom' }, 'other', false],
    [{ a: ['x', 'y'] }, 'y', true],
    [{ a: ['x', 'y'] }, 'z', false],
    [{ a: true }, true, true],
    [{ a: true }, 'true', true],
    [{ a: true }, 'false', false],
    [{ a: 5 }, '5.0', true],
    [{ a: 5 }, '6', false],
    [{ a: null }, '', true],
    [{ a: null }, [], true],
    [{ a: { not: null } }, 'x', true],
    [{ a: { not: null } }, null, false],
    [{ a: { not: ['x', 'y'] } }, 'x', false],
    [{ a: { minimum: 5 } }, 5, true],
    [{ a: { minimum: 5 } }, '4,5', false],
    [{ a: { minimum: 5, maximum: 9 } }, '10', false],
    [{ a: { minimum: 0 } }, '', false],
    [{ a: { minimum: 0 } }, 'abc', false],
    [{ a: { minimum: 2, maximum: 9 } }, [2, 9], true],
    [{ a: { minimum: 2, maximum: 9 } }, ['1', '9'], false],
    [{ a: { minimum: 2, maximum: 9 } }, [2, 10], false],
    [{ a: { minimum: 2 } }, [], false],
    [{ a: 'x' }, ['w', 'x'], true],
    [{ a: { not: 'x' } }, ['w', 'x'], false],
    [[{ a: 'x' }, { a: 'y' }], 'y', true],
    [[{ a: 'x' }, { a: 'y' }], 'z', false],
  ])('%j with %j is %s', (when, value, expected) => {
    expect(isShown(when, { a: value })).toBe(expected);
  });

  it('with bounds is of use for numbers only', () => {
    const when = { 'x-visible-when': [{ n: { minimum: 1 }, t: 'x' }, { t: { maximum: 2 } }, { d: { minimum: 2 } }] };
    const schema = schemaOf({
      n: { type: 'array', items: { type: 'integer' } },
      t: { type: 'string' },
      d: {},
      b: when,
    });
    expect(unusableConditions(schema)).toEqual([['b', 't']]);
  });

  it('of an input that is itself not shown compares its usual value', () => {
    const rules = new Map([
      ['a', { when: undefined, usual: null }],
      ['b', { when: { a: 'x' }, usual: 'off' }],
      ['c', { when: { b: 'on' }, usual: null }],
    ]);
    const hidden = (values: Record<string, Json>) => [...hiddenNames(rules, (name) => values[name])];
    expect(hidden({ a: 'x', b: 'on' })).toEqual([]);
    expect(hidden({ a: 'y', b: 'on' })).toEqual(['b', 'c']);
  });

  it('is read with typed values as with their texts', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[a-z]+$/)),
        fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[a-z]+$/)),
        (value, wanted) => {
          const typed = isShown({ a: wanted }, { a: value });
          expect(isShown({ a: wanted }, { a: String(value) })).toBe(typed);
          expect(isShown({ a: { not: wanted } }, { a: value })).toBe(!typed);
        },
      ),
    );
  });

  it.each<Json>([{}, [], 'a', { a: {} }, { a: { like: 1 } }, { a: { minimum: '5' } }, { a: [[1]] }, [{ a: 1 }, 5]])(
    'cannot be %j',
    (when) => {
      expect(readSidecar({ b: { 'x-visible-when': when } }).problems[0]).toMatch(
        /^b\.x-visible-when must be an object of inputs and their values/,
      );
    },
  );
});

describe('the value of an input that is not shown', () => {
  const schema = schemaOf(
    {
      kind: { type: 'string', enum: ['plain', 'custom'], default: 'plain' },
      rows: { type: 'integer', minimum: 1, default: 10, 'x-visible-when': { kind: 'custom' } },
      name: { type: 'string', 'x-visible-when': { kind: 'custom' } },
    },
    ['name'],
  );

  it('is its default, whatever was given, and it need not be given', () => {
    expect(checkValues(schema, { kind: 'plain', rows: '-5', name: '' }, now)).toEqual({
      given: { kind: 'plain' },
      values: { kind: 'plain', rows: 10 },
    });
    expect(checkValues(schema, { rows: 7 }, now).values).toEqual({ kind: 'plain', rows: 10 });
  });

  it('is checked as usual while the input is shown', () => {
    expect(checkValues(schema, { kind: 'custom', rows: '7', name: 'x' }, now).given).toEqual({
      kind: 'custom',
      rows: 7,
      name: 'x',
    });
    try {
      checkValues(schema, { kind: 'custom', rows: '-5' }, now);
      expect.unreachable();
    } catch (error) {
      expect((error as AppError).fields.map(({ field }) => field)).toEqual(['rows', 'name']);
    }
  });
});

describe('dependencies that cannot be', () => {
  it.each<[Record<string, ParameterSchema>, string | undefined]>([
    [{ a: {}, b: { 'x-visible-when': { a: 1 } } }, undefined],
    [{ b: { 'x-visible-when': { a: 1 } } }, '“b” depends on “a”, which is no input of this script.'],
    [
      { b: { 'x-visible-when': { constructor: 1 } } },
      '“b” depends on “constructor”, which is no input of this script.',
    ],
    [
      { a: { format: 'password' }, b: { 'x-visible-when': { a: 'x' } } },
      '“b” depends on “a”, which is a password: nothing may depend on one.',
    ],
    [
      { a: { type: 'string', format: 'file' }, b: { 'x-visible-when': { a: 'x' } } },
      '“b” depends on “a”, which is a file: nothing can depend on one.',
    ],
    [{ a: { 'x-visible-when': { a: 1 } } }, 'These inputs depend on each other in a circle: “a” → “a”.'],
    [
      {
        z: { 'x-visible-when': { a: 1 } },
        a: { 'x-visible-when': { b: 1 } },
        b: { 'x-visible-when': [{ c: 1 }, { a: 2 }] },
        c: {},
      },
      'These inputs depend on each other in a circle: “a” → “b” → “a”.',
    ],
  ])('%j', (properties, problem) => {
    expect(dependencyProblem(schemaOf(properties))).toBe(problem);
  });
});
