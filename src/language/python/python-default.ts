/**
 * Combines a default with its annotation: the annotation has precedence, and a default that contradicts it is left to
 * the notebook.
 */
import { defined } from '../../domain/defined.ts';
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import { allowsNull, type ParameterSchema, typesOf } from '../../domain/parameter/parameter.ts';
import { plainType } from '../../domain/parameter/parameter-type.ts';
import { keyOf } from '../../domain/parameter/parameter-coerce.ts';
import { relativeDate } from '../../domain/parameter/relative-date.ts';
import type { Literal } from './python-constructor.ts';
import { typeOfExpression } from './python-expression.ts';
import { isSelfEvident, readLiteral } from './python-literal.ts';
import type { Scope } from './python-scope.ts';
import { type Node, textOf } from '../syntax-tree.ts';

export interface Declaration {
  readonly annotated: ParameterSchema;
  readonly value: Node | undefined;
  /** The author has named the type, so a text is not taken for a date. */
  readonly explicit: boolean;
}

/** The schema with its default, or the default's source. */
export function readDefault(
  { annotated, value, explicit }: Declaration,
  source: string,
  scope: Scope,
): ParameterSchema {
  if (value === undefined) return namesNull(annotated) ? { ...annotated, default: null } : annotated;
  const literal = readLiteral(value, source, scope);
  if (literal === undefined) {
    const type = annotated.type === undefined ? typeOfExpression(value, source, scope) : annotated;
    return { ...type, 'x-source': textOf(value, source) };
  }
  if (literal.value === null) return { ...nullable(annotated), default: null };
  if (annotated.type !== undefined && !fits(literal, annotated))
    return { ...annotated, 'x-source': textOf(value, source) };
  const schema =
    annotated.type === undefined ? { ...literal.schema, ...annotated } : refined(annotated, literal.schema);
  const choices =
    schema.enum !== undefined && !schema.enum.includes(literal.value) ? { enum: [literal.value, ...schema.enum] } : {};
  const isDate = !explicit && schema.type === 'string' && schema['x-native'] === undefined && isDateText(literal.value);
  return { ...schema, ...choices, ...(isDate ? { format: 'date' } : {}), default: literal.value };
}

/** A default that contradicts its annotation is left to the notebook, like a computed one. */
function fits(literal: Literal, annotated: ParameterSchema): boolean {
  const { value, schema } = literal;
  if (annotated.type === undefined) return isSelfEvident(literal);
  if (value === null) return namesNull(annotated);
  if (schema['x-class'] !== annotated['x-class']) return false;
  const types = typesOf(annotated);
  const type = String(schema.type);
  if (!types.includes(type) && !(type === 'integer' && types.includes('number'))) return false;
  const isTimed = /^(date|date-time|time)$/.test(annotated.format ?? '');
  if (!isTimed || schema.format === annotated.format || typeof value !== 'string')
    return partsFit(literal, refined(annotated, schema));
  return relativeDate(value) !== undefined || /^(\d{4}-\d\d-\d\d)?(T?\d\d:\d\d(:\d\d)?)?$/.test(value || '-');
}

function partsFit({ value, schema }: Literal, annotated: ParameterSchema): boolean {
  const fit = (part: Json, own: ParameterSchema | undefined, wanted: ParameterSchema = {}) =>
    fits({ value: part, schema: own ?? plainType(part) }, wanted);
  if (Array.isArray(value)) return (value as Json[]).every((item) => fit(item, schema.items, annotated.items));
  if (!isJsonObject(value)) return true;
  const { 'x-keys': keys, additionalProperties: values } = schema;
  return Object.entries(value).every(
    ([name, part]) =>
      fit(keyOf(name, keys), keys, annotated['x-keys'] ?? { type: 'string' }) &&
      fit(part, values, annotated.additionalProperties),
  );
}

/**
 * The annotation has precedence; the default only fills what the annotation leaves open (`list` of what, `dict` of
 * what).
 */
function refined(annotated: ParameterSchema, literal: ParameterSchema | undefined): ParameterSchema {
  if (typesOf(annotated).join() !== literal?.type) return annotated;
  const { items = literal.items, additionalProperties: values } = annotated;
  if (items !== undefined) return { ...annotated, items: refined(items, literal.items) };
  if (values !== undefined)
    return { ...annotated, additionalProperties: refined(values, literal.additionalProperties) };
  const { 'x-keys': keys, additionalProperties: found } = literal;
  return {
    ...annotated,
    ...(keys === undefined ? {} : { 'x-keys': keys }),
    ...defined({ additionalProperties: found }),
  };
}

function nullable(schema: ParameterSchema): ParameterSchema {
  if (schema.type === undefined || allowsNull(schema)) return schema;
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return {
    ...schema,
    type: [...types, 'null'],
    ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }),
  };
}

/** True if the type says that no value is a valid value; without a type the default decides. */
export function namesNull(schema: ParameterSchema): boolean {
  return schema.type !== undefined && allowsNull(schema);
}

/** A text that is a date gets a date field, and stays text for the notebook. */
function isDateText(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value);
}
