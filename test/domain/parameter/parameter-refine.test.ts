import { describe, expect, it } from 'vitest';
import type { ParameterSchema } from '../../../src/domain/parameter/parameter.ts';
import { mergeParameters } from '../../../src/domain/parameter/parameter-refine.ts';
import { readSidecar } from '../../../src/domain/parameter/parameter-sidecar.ts';

const declared = [
  { name: 'rows', schema: { type: 'integer', default: 5 }, required: false },
  {
    name: 'since',
    schema: { type: 'string', format: 'date', 'x-native': 'date', 'x-source': 'date.today()' },
    required: false,
  },
  { name: 'must', schema: { type: 'string' }, required: true },
] as const;

describe('merged parameters', () => {
  it('keep the cell’s order, take each key of the later place, and append what is new', () => {
    const schema = mergeParameters(declared, [
      { properties: { rows: { title: 'A', minimum: 1 }, must: { default: 'x' } }, required: [] },
      {
        properties: { rows: { title: 'B' }, extra: { type: 'boolean' }, note: { type: ['string', 'null'] } },
        required: ['rows'],
      },
    ]);
    expect(Object.entries(schema.properties)).toEqual([
      ['rows', { type: 'integer', default: 5, title: 'B', minimum: 1 }],
      ['since', declared[1].schema],
      ['must', { type: 'string', default: 'x' }],
      ['extra', { type: 'boolean' }],
      ['note', { type: ['string', 'null'] }],
    ]);
    expect(schema.required).toEqual(['rows', 'extra']);
  });

  it('drop the computed default for a given one, and the native type for another type', () => {
    const properties = { since: { default: '-7d' } };
    expect(mergeParameters(declared, [{ properties, required: [] }]).properties.since).toEqual({
      type: 'string',
      format: 'date',
      'x-native': 'date',
      default: '-7d',
    });
    expect(
      mergeParameters(declared, [{ properties: { since: { type: 'integer' } }, required: [] }]).properties.since,
    ).toEqual({ type: 'integer', 'x-source': 'date.today()' });
  });

  it('drop labels for other choices', () => {
    const region = {
      name: 'region',
      schema: { type: 'string', enum: ['N', 'S'], 'x-labels': ['North', 'South'], 'x-class': 'Region', default: 'S' },
      required: false,
    } as const;
    const refined = (schema: ParameterSchema) =>
      mergeParameters([region], [{ properties: { region: schema }, required: [] }]).properties.region;
    expect(refined({ enum: ['S'] })).toEqual({ type: 'string', enum: ['S'], 'x-class': 'Region', default: 'S' });
    expect(refined({ title: 'Where' })).toEqual({ ...region.schema, title: 'Where' });
    expect(refined({ type: 'integer', enum: [1], default: 1 })).toEqual({ type: 'integer', enum: [1], default: 1 });
  });

  it('are ordered by x-order', () => {
    const schema = mergeParameters(declared, [
      { properties: { must: { 'x-order': 1 }, extra: { 'x-order': 0 } }, required: [] },
    ]);
    expect(Object.keys(schema.properties)).toEqual(['extra', 'must', 'rows', 'since']);
  });

  it('never show a password’s default', () => {
    const key = { name: 'key', schema: { type: 'string', default: 'hunter2' }, required: false } as const;
    const schema = mergeParameters(
      [key],
      [
        {
          properties: { key: { format: 'password' }, other: { format: 'password', default: 'hunter2' } },
          required: [],
        },
      ],
    );
    expect(JSON.stringify(schema)).not.toContain('hunter2');
    expect(schema.required).toEqual(['other']);
  });
});

describe('an author’s schema', () => {
  it('is read whole, as a bare map, with labelled choices', () => {
    expect(readSidecar({ type: 'object', properties: { type: { enum: ['a'] } }, required: ['type'] })).toEqual({
      properties: { type: { enum: ['a'] } },
      required: ['type'],
      problems: [],
    });
    expect(
      readSidecar({
        $schema: 'x',
        region: { oneOf: [{ const: 'eu', title: 'Europe' }, { const: 'us' }] },
        one: { const: 1 },
      }),
    ).toMatchObject({
      properties: { region: { enum: ['eu', 'us'], 'x-labels': ['Europe', 'us'] }, one: { enum: [1] } },
      problems: [],
    });
  });

  it('passes over keywords that check nothing', () => {
    expect(readSidecar({ a: { type: 'string', readOnly: true, $comment: 'y' } })).toEqual({
      properties: { a: { type: 'string' } },
      required: [],
      problems: [],
    });
  });

  it('names no class, which would be code', () => {
    expect(readSidecar({ a: { enum: ['x'], 'x-class': 'print' } }).properties).toEqual({ a: { enum: ['x'] } });
  });

  it('has every mistake named', () => {
    const { problems } = readSidecar({
      properties: {
        a: { type: 'text', minimum: '1', pattern: '(', 'x-widget': 'knob', 'x-labels': ['A'] },
        b: 1,
        c: { items: { minLength: -1 } },
        d: { anyOf: [] },
        e: { multipleOf: 0 },
        f: { additionalProperties: { type: 'text' } },
        g: { additionalProperties: false },
      },
      required: ['z'],
    });
    expect(problems).toEqual([
      expect.stringMatching(/^properties\.a\.type must be one of string, /),
      'properties.a.minimum must be a number.',
      'properties.a.pattern must be a regular expression.',
      expect.stringMatching(/^properties\.a\.x-widget must be one of text, /),
      'properties.a.x-labels must have one label for each value of enum.',
      'properties.b must be a schema, that is, a JSON object.',
      'properties.c.items.minLength must be a whole number from 0.',
      'properties.d.anyOf is not supported, so it would not be checked: leave it out.',
      'properties.e.multipleOf must be a number above 0.',
      expect.stringMatching(/^properties\.f\.additionalProperties\.type must be one of /),
      'properties.g.additionalProperties must be a schema.',
      'required names “z”, which has no schema here.',
    ]);
    expect(readSidecar([]).problems).toEqual(['The top level must be a JSON object.']);
  });
});
