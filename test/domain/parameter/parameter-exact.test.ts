import { describe, expect, it } from 'vitest';
import type { ParameterSchema } from '../../../src/domain/parameter/parameter.ts';
import { NO_PARAMETERS } from '../../../src/domain/parameter/parameter.ts';
import { formFields } from '../../../src/domain/parameter/form.ts';
import { checkValues } from '../../../src/domain/parameter/parameter-check.ts';
import type { Json } from '../../../src/domain/text/json.ts';
import { parseExactJson } from '../../../src/domain/text/json-exact.ts';
import { languages } from '../../../src/language/all.ts';

const NOW = { nowMs: 0, timezone: 'UTC' };

function checked(property: ParameterSchema, sent: unknown): Json {
  const schema = { ...NO_PARAMETERS, properties: { x: property } };
  return checkValues(schema, { x: sent }, NOW).values.x ?? null;
}

function literal(property: ParameterSchema, sent: unknown, language = 'python'): string {
  return languages().get(language)!.writeLiteral(checked(property, sent), property);
}

const ANY: ParameterSchema = { default: null };

describe('numbers', () => {
  it.each([
    '12345678901234567890',
    '-9007199254740993',
    '2.0',
    '-0.0',
    '1e3',
    '1.10',
    '0.1',
    '5',
    '1e999',
    '{"id": 12345678901234567890, "rate": 2.0, "n": 2, "deep": [[2.0], {"a": 1E+5}]}',
    '[1, 2.0, 9223372036854775807]',
  ])('keep their digits in JSON: %s', (text) => {
    expect(literal(ANY, parseExactJson(text))).toBe(text);
    const stored = JSON.stringify(checked(ANY, parseExactJson(text)));
    expect(literal(ANY, parseExactJson(stored))).toBe(text);
  });

  it.each<[ParameterSchema, string, string]>([
    [{ type: 'integer' }, '12345678901234567890', '12345678901234567890'],
    [{ type: 'integer' }, '2.0', '2'],
    [{ type: 'number' }, '2.0', '2.0'],
    [{ type: 'number', 'x-native': 'decimal' }, '1.10', '__import__("decimal").Decimal("1.10")'],
    [{ type: 'array', items: { type: 'integer' } }, '[9223372036854775807, 3.0]', '[9223372036854775807, 3]'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, '{"a": 2.0}', '{"a": 2.0}'],
    [{ enum: [1, 2] }, '2.0', '2'],
    [{ minimum: 1 }, '2.0', '2.0'],
  ])('fit %j: %s', (schema, text, expected) => {
    expect(literal(schema, parseExactJson(text))).toBe(expected);
  });

  it.each<[ParameterSchema, string]>([
    [{ type: 'integer' }, '2.5'],
    [{ type: 'string' }, '2.0'],
    [{ minimum: 3 }, '2.0'],
    [{ type: 'integer', maximum: 10 }, '12345678901234567890'],
    [{}, '1'.repeat(5000)],
  ])('are refused by %j', (schema, text) => {
    expect(() => checked(schema, parseExactJson(text))).toThrow('is wrong');
  });

  it('are quoted as they were sent', () => {
    const schema: ParameterSchema = { type: 'array', items: { type: 'integer', maximum: 9 } };
    const properties = { ...NO_PARAMETERS, properties: { x: schema } };
    expect(() => checkValues(properties, { x: parseExactJson('[12345678901234567890.50]') }, NOW)).toThrow(
      expect.objectContaining({
        fields: [{ field: 'x', message: expect.stringContaining('“12345678901234567890.50”') }],
      }),
    );
  });

  it('come back from the form that shows them', () => {
    const value = parseExactJson('{"id": 12345678901234567890, "rate": 2.0}');
    const schema = { ...NO_PARAMETERS, properties: { x: { type: 'object', default: {} } } } as const;
    const [field] = formFields(schema, { x: value });
    expect(field?.value).toBe('{\n  "id": 12345678901234567890,\n  "rate": 2.0\n}');
    expect(JSON.stringify(checked(schema.properties.x, field?.value))).toBe(JSON.stringify(value));
  });

  it('are written in other languages', () => {
    const value = parseExactJson('[9223372036854775807, 2.0]');
    expect(['r', 'javascript', 'bash'].map((name) => literal(ANY, value, name))).toEqual([
      'list(9223372036854775807, 2.0)',
      '[9223372036854775807n, 2.0]',
      '(9223372036854775807 2.0)',
    ]);
  });
});

it('survive as texts of a form or a link, too', () => {
  for (const text of ['12345678901234567890', '2.0', '{"id": 12345678901234567890, "rate": 2.0}'])
    expect(literal(ANY, text)).toBe(text);
});

describe('texts where anything is allowed', () => {
  it.each<[string, string]>([
    ['1e5', '100000.0'],
    ['1_000', '1000'],
    ['12345678901234567890', '12345678901234567890'],
    ['007', '"007"'],
    ['nan', '"nan"'],
    ['[draft] note', '"[draft] note"'],
    ['{name} is here', '"{name} is here"'],
    ['[1, 2.0]', '[1, 2.0]'],
  ])('%s is %s', (text, expected) => {
    expect(literal(ANY, text)).toBe(expected);
  });

  it('stay texts in a list of texts', () => {
    const schema: ParameterSchema = { type: 'array', items: { type: 'string' } };
    expect(checked(schema, '[EU] Berlin')).toEqual(['[EU] Berlin']);
    expect(checked(schema, '["a", "b"]')).toEqual(['a', 'b']);
    expect(() => checked(schema, '["a", "b"')).toThrow('is wrong');
  });
});
