/** Applies the keywords of a parameter's schema to a value of its type. */
import { isExactNumber, isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { isMultiple } from '../text/number-text.ts';
import { formatOf } from './format/all.ts';
import { type ParameterSchema, typesOf } from './parameter.ts';
import { keyOf, nameOf, refuse } from './parameter-coerce.ts';
import { readEntries, readItems, ValueProblem } from './parameter-problem.ts';
import { checkSize } from './parameter-size.ts';
import { isAscending, isRange } from './parameter-range.ts';
import { compilePattern } from './pattern.ts';
import type { Now } from './relative-date.ts';

/** Shared by the checks of one request. */
export interface Checking {
  readonly now: Now;
  /** The share of the work on patterns that a request may still cause, from 1 down to 0. */
  patternWork: number;
}

/** The value with relative dates resolved. Throws `ValueProblem`. */
export function applyRules(value: Json, schema: ParameterSchema, checking: Checking): Json {
  checkSize(value);
  return apply(value, schema, checking);
}

function apply(value: Json, schema: ParameterSchema, checking: Checking): Json {
  if (value === null) return value;
  if (Array.isArray(value)) return applyToList(value as Json[], schema, checking);
  if (isJsonObject(value)) return applyToObject(value, schema, checking);
  const isNumber =
    typeof value === 'number' ||
    isExactNumber(value) ||
    (typesOf(schema).every((type) => type === 'integer' || type === 'number') && typesOf(schema).length > 0);
  if (isNumber) {
    if (!withinBounds(value, schema)) refuse(schema);
    return value;
  }
  return typeof value === 'string' && schema.enum === undefined ? applyToText(value, schema, checking) : value;
}

function applyToList(values: readonly Json[], schema: ParameterSchema, checking: Checking): Json {
  const { minItems = 0, maxItems = Infinity, items = {}, uniqueItems } = schema;
  if (values.length < minItems || values.length > maxItems) refuse(schema);
  const resolved = readItems(values, (item) => apply(item, items, checking));
  if (isRange(schema) && !isAscending(resolved)) refuse(schema);
  if (uniqueItems !== true) return resolved;
  return [...new Map(resolved.map((item) => [JSON.stringify(item), item])).values()];
}

function applyToObject(
  value: JsonObject,
  { additionalProperties: values, 'x-keys': keys }: ParameterSchema,
  checking: Checking,
): Json {
  if (values === undefined && keys === undefined) return value;
  return readEntries(
    value,
    (name) => nameOf(apply(keyOf(name, keys), keys ?? {}, checking)),
    (part) => apply(part, values ?? {}, checking),
  );
}

/** Also for big integers and `NaN`, which are text; NaN is within no bounds. */
function withinBounds(value: Json, schema: ParameterSchema): boolean {
  const number = Number(isExactNumber(value) ? value.rawJSON : value);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && !(number >= minimum)) return false;
  if (maximum !== undefined && !(number <= maximum)) return false;
  if (exclusiveMinimum !== undefined && !(number > exclusiveMinimum)) return false;
  if (exclusiveMaximum !== undefined && !(number < exclusiveMaximum)) return false;
  return multipleOf === undefined || isMultiple(number, multipleOf);
}

/** `site: str = ""`: an empty text is how code says that there is none, whatever the format or the pattern. */
function isEmptyDefault(text: string, { default: fallback, 'x-native': native }: ParameterSchema): boolean {
  return text === '' && fallback === '' && native === undefined;
}

function applyToText(text: string, schema: ParameterSchema, checking: Checking): string {
  if (isEmptyDefault(text, schema)) return text;
  const format = formatOf(schema);
  const resolved = format === undefined ? text : (format.check(text, schema, checking.now) ?? refuse(schema));
  const { minLength = 0, maxLength = Infinity, pattern } = schema;
  const length = [...resolved].length;
  if (length < minLength || length > maxLength) refuse(schema);
  if (pattern !== undefined) checkPattern(resolved, pattern, { schema, checking });
  return resolved;
}

/** Linear in the text, so the work of a request is known beforehand. */
function checkPattern(
  text: string,
  source: string,
  { schema, checking }: { schema: ParameterSchema; checking: Checking },
): void {
  const pattern = compilePattern(source);
  if (pattern === undefined) return;
  checking.patternWork -= (text.length + 1) / pattern.mostChars;
  if (checking.patternWork < 0)
    throw new ValueProblem(`Enter less text: at most ${pattern.mostChars} characters can be checked here`);
  if (pattern.test(text)) return;
  throw schema['x-pattern-message'] === undefined ? refuse(schema) : new ValueProblem(schema['x-pattern-message']);
}
