import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosenTexts, pageOf } from '../../../src/domain/parameter/choice.ts';
import { controlOf } from '../../../src/domain/parameter/control-of.ts';
import { formFields } from '../../../src/domain/parameter/form.ts';
import { checkValues } from '../../../src/domain/parameter/parameter-check.ts';
import { choiceOrder, dependencyProblem } from '../../../src/domain/parameter/parameter-dependency.ts';
import { readSidecar } from '../../../src/domain/parameter/parameter-sidecar.ts';
import { NO_PARAMETERS, type ParameterSchema } from '../../../src/domain/parameter/parameter.ts';
import type { Json } from '../../../src/domain/text/json.ts';

const schemaOf = (properties: Record<string, ParameterSchema>, required: string[] = []) => ({
  ...NO_PARAMETERS,
  properties,
  required,
});
const csv = (...inputs: string[]) => ({
  'x-choices': { csv: 'a.csv', where: Object.fromEntries(inputs.map((input) => [input, input])) },
});

describe('a page of choices', () => {
  const choices = Array.from({ length: 120 }, (_, at) => ({ value: `S${at}`, label: `Store ${at}` }));

  it('has the first of those that the search finds, in label or value', () => {
    expect(pageOf(choices, { limit: 50 })).toMatchObject({ total: 120, next: 50 });
    expect(pageOf(choices, { limit: 50, search: ' STORE 11 ' }).choices.map(({ value }) => value)).toContain('S110');
    expect(pageOf(choices, { limit: 5, search: 's7' })).toMatchObject({ total: 11, next: 5 });
    expect(pageOf(choices, { limit: 5, search: 'nothing' })).toEqual({ choices: [], total: 0 });
  });

  it('after page has all of them, once each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 130 }), (limit) => {
        const seen: string[] = [];
        for (let offset: number | undefined = 0; offset !== undefined;) {
          const page = pageOf(choices, { limit, offset });
          seen.push(...page.choices.map(({ value }) => value));
          offset = page.next;
        }
        expect(seen).toEqual(choices.map(({ value }) => value));
      }),
    );
  });
});

describe('an input with choices from elsewhere', () => {
  it('is a select, or check boxes if it takes several, whatever its type', () => {
    expect(controlOf({ type: 'string', ...csv() })).toBe('select');
    expect(controlOf({ type: 'integer', ...csv() })).toBe('select');
    expect(controlOf({ type: 'array', items: { type: 'string' }, ...csv() })).toBe('multiselect');
  });

  it('does not become the first choice silently if its value is none', () => {
    const [field] = formFields(schemaOf({ a: { type: 'string', default: 'x', enum: ['y', 'z'], ...csv() } }), {
      a: 'x',
    });
    expect(field?.options?.[0]).toEqual({ value: '', label: '–', selected: true });
  });

  it('is not given while it is empty', () => {
    const now = { nowMs: 0, timezone: 'UTC' };
    const text = { type: 'string', ...csv() } as const;
    expect(() => checkValues(schemaOf({ a: text }, ['a']), { a: '' }, now)).toThrow('wrong');
    expect(checkValues(schemaOf({ a: { ...text, default: 'x' } }), { a: '' }, now).values).toEqual({ a: 'x' });
    const several = { type: 'array', items: { type: 'string' }, ...csv() } as const;
    expect(checkValues(schemaOf({ a: several }), { a: ['', 'x', 'y'] }, now).values).toEqual({ a: ['x', 'y'] });
  });

  it('comes after those on which it depends', () => {
    expect(choiceOrder(schemaOf({ c: csv('b'), b: csv('a', 'd'), a: {}, d: csv() }))).toEqual(['d', 'b', 'c']);
  });

  it.each<[Record<string, ParameterSchema>, string]>([
    [{ a: csv('b'), b: csv('a') }, 'These inputs depend on each other in a circle: “a” → “b” → “a”.'],
    [{ a: csv('b'), b: { 'x-visible-when': { a: 'x' } } }, 'in a circle: “a” → “b” → “a”.'],
    [{ a: csv('b') }, '“a” depends on “b”, which is no input of this script.'],
    [{ a: csv('b'), b: { format: 'password' } }, 'which is a password'],
    [{ a: { format: 'password', ...csv() } }, '“a” is a password, so it cannot have x-choices.'],
    [{ a: { enum: ['x'], ...csv() } }, '“a” has both x-choices and enum: leave one out.'],
  ])('cannot be %j', (properties, problem) => {
    expect(dependencyProblem(schemaOf(properties))).toContain(problem);
  });

  it.each<Json>([5, {}, { csv: '' }, { csv: 5 }, { csv: 'a.csv', where: ['b'] }, { csv: 'a.csv', wher: {} }])(
    'cannot have x-choices %j',
    (rule) => {
      expect(readSidecar({ a: { 'x-choices': rule } }).problems[0]).toMatch(/^a\.x-choices must be an object such as/);
    },
  );

  it('is chosen by texts', () => {
    expect(chosenTexts([1, 'x', null, ''])).toEqual(['1', 'x']);
    expect(chosenTexts(undefined)).toEqual([]);
  });
});
