/** What a parameter would accept, worded for the person who fills it in. */
import type { Json } from '../text/json.ts';
import { formatOf } from './format/all.ts';
import { isRange } from './parameter-range.ts';
import { allowsNull, type ParameterSchema, takesAnything, typesOf } from './parameter.ts';

const MOST_CHOICES = 12;

/** Ends a sentence that begins with “Enter”: `a whole number from 1 to 10`. */
export function expectation(schema: ParameterSchema): string {
  if (schema.enum !== undefined) return `one of: ${choices(schema)}`;
  const types = typesOf(schema);
  const phrases = [
    ...new Set(
      types.filter((type) => type !== 'integer' || !types.includes('number')).map((type) => ofType(type, schema)),
    ),
  ];
  if (phrases.length === 0) return 'a value';
  return phrases.join(' or ') + (allowsNull(schema) ? ', or leave it empty' : '');
}

function ofType(type: string, schema: ParameterSchema): string {
  switch (type) {
    case 'integer':
      return `a whole number${bounds(schema)}`;
    case 'number':
      return `a number${bounds(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      if (isRange(schema)) return `two values, the first not above the second, each ${expectation(schema.items ?? {})}`;
      return `a list${counts(schema)}${schema.items === undefined ? '' : `, each ${expectation(schema.items)}`}`;
    case 'object':
      return ofObject(schema);
    default:
      return ofFormat(schema);
  }
}

const EXAMPLES: Readonly<Record<string, Json>> = {
  integer: 1,
  number: 1.5,
  boolean: true,
  string: 'text',
  array: [],
  object: {},
};

function ofObject({ additionalProperties: values = {}, 'x-keys': keys = {} }: ParameterSchema): string {
  const name = takesAnything(keys) ? 'name' : example(keys);
  const each = [
    takesAnything(keys) ? '' : `, each name ${expectation(keys)}`,
    takesAnything(values) ? '' : `, each value ${expectation(values)}`,
  ];
  return `a JSON object, such as {${JSON.stringify(typeof name === 'string' ? name : JSON.stringify(name))}: ${JSON.stringify(example(values))}}${each.join('')}`;
}

function example(schema: ParameterSchema): Json {
  return (
    schema.enum?.[0] ?? (schema.format === 'date' ? '2024-01-31' : (EXAMPLES[typesOf(schema)[0] ?? 'integer'] ?? 1))
  );
}

function ofFormat(schema: ParameterSchema): string {
  const { minLength, maxLength, pattern, examples: [example] = [] } = schema;
  const length =
    minLength !== undefined && maxLength !== undefined
      ? ` of ${minLength} to ${maxLength} characters`
      : maxLength !== undefined
        ? ` of at most ${maxLength} characters`
        : minLength !== undefined
          ? ` of at least ${minLength} character${minLength === 1 ? '' : 's'}`
          : '';
  return (
    (formatOf(schema)?.expected(schema) ?? (schema.format === 'file' ? 'a file' : 'text')) +
    length +
    (pattern === undefined ? '' : example === undefined ? ` that matches ${pattern}` : `, such as ${String(example)}`)
  );
}

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: ParameterSchema): string {
  const low =
    exclusiveMinimum !== undefined
      ? `above ${exclusiveMinimum}`
      : minimum === undefined
        ? ''
        : `of at least ${minimum}`;
  const high =
    exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : maximum === undefined ? '' : `of at most ${maximum}`;
  const both =
    minimum !== undefined && maximum !== undefined && exclusiveMinimum === undefined && exclusiveMaximum === undefined;
  const range = both ? `from ${minimum} to ${maximum}` : [low, high].filter((part) => part !== '').join(' and ');
  return (
    (range === '' ? '' : ` ${range}`) +
    (multipleOf === undefined || multipleOf === 1 ? '' : ` in steps of ${multipleOf}`)
  );
}

function counts({ minItems, maxItems }: ParameterSchema): string {
  if (minItems !== undefined && minItems === maxItems) return ` of ${minItems}`;
  const parts = [
    minItems === undefined ? '' : `at least ${minItems}`,
    maxItems === undefined ? '' : `at most ${maxItems}`,
  ];
  const text = parts.filter((part) => part !== '').join(' and ');
  return text === '' ? '' : ` of ${text}`;
}

function choices({ enum: values = [] }: ParameterSchema): string {
  const shown = values
    .slice(0, MOST_CHOICES)
    .map((value: Json) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return shown.join(', ') + (values.length > MOST_CHOICES ? ` … (${values.length} in all)` : '');
}
