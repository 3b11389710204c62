/** The keywords of a parameter's schema, applied to a value of its type. */
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { isMultiple } from '../text/number-text.ts';
import { type ParameterSchema, typesOf } from './parameter.ts';
import { keyOf, nameOf, refuse } from './parameter-coerce.ts';
import { readEntries, readItems, ValueProblem } from './parameter-problem.ts';
import { type Now, relativeDate, resolveDate, resolveDateTime } from './relative-date.ts';

/** Bounds of one value, so that a request cannot grow a run's record without end. */
export const VALUE_LIMITS = { textChars: 1_000_000, depth: 100 } as const;

/** A schema's `pattern`; authors also write what Unicode mode refuses, such as `[\w-]`. Undefined where it is none. */
export function compilePattern(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // the next mode may take it
    }
  }
  return undefined;
}

/** The value with relative dates resolved. Throws `ValueProblem`. */
export function applyRules(value: Json, schema: ParameterSchema, now: Now): Json {
  if (value === null) return value;
  checkSize(value);
  if (Array.isArray(value)) return applyToList(value as Json[], schema, now);
  if (isJsonObject(value)) return applyToObject(value, schema, now);
  const isNumber =
    typeof value === 'number' ||
    (typesOf(schema).every((type) => type === 'integer' || type === 'number') && typesOf(schema).length > 0);
  if (isNumber) {
    if (!withinBounds(value, schema)) refuse(schema);
    return value;
  }
  return typeof value === 'string' && schema.enum === undefined ? applyToText(value, schema, now) : value;
}

function applyToList(values: readonly Json[], schema: ParameterSchema, now: Now): Json {
  const { minItems = 0, maxItems = Infinity, items = {}, uniqueItems } = schema;
  if (values.length < minItems || values.length > maxItems) refuse(schema);
  const resolved = readItems(values, (item) => applyRules(item, items, now));
  if (uniqueItems !== true) return resolved;
  return [...new Map(resolved.map((item) => [JSON.stringify(item), item])).values()];
}

function applyToObject(
  value: JsonObject,
  { additionalProperties: values, 'x-keys': keys }: ParameterSchema,
  now: Now,
): Json {
  if (values === undefined && keys === undefined) return value;
  return readEntries(
    value,
    (name) => nameOf(applyRules(keyOf(name, keys), keys ?? {}, now)),
    (part) => applyRules(part, values ?? {}, now),
  );
}

/** Also of big integers and `NaN`, which are text; NaN is within no bound. */
function withinBounds(value: Json, schema: ParameterSchema): boolean {
  const number = Number(value);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && !(number >= minimum)) return false;
  if (maximum !== undefined && !(number <= maximum)) return false;
  if (exclusiveMinimum !== undefined && !(number > exclusiveMinimum)) return false;
  if (exclusiveMaximum !== undefined && !(number < exclusiveMaximum)) return false;
  return multipleOf === undefined || isMultiple(number, multipleOf);
}

function applyToText(text: string, schema: ParameterSchema, now: Now): string {
  const resolved = formatted(text, schema, now) ?? refuse(schema);
  const { minLength = 0, maxLength = Infinity, pattern } = schema;
  const length = [...resolved].length;
  if (length < minLength || length > maxLength) refuse(schema);
  if (pattern !== undefined && compilePattern(pattern)?.test(resolved) === false) refuse(schema);
  return resolved;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/;
const OFFSET = /(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

function formatted(text: string, { format }: ParameterSchema, now: Now): string | undefined {
  switch (format) {
    case 'date':
      return isDate(text) ? text : relativeDate(text) === undefined ? undefined : resolveDate(text, now);
    case 'date-time':
      return isDateTime(text) ? text : relativeDate(text) === undefined ? undefined : resolveDateTime(text, now);
    case 'time':
      return TIME.test(text) ? text : undefined;
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text : undefined;
    case 'uri':
      return /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(text) ? text : undefined;
    case 'color':
      return /^#[0-9a-f]{6}$/i.test(text) ? text : undefined;
    default:
      return text;
  }
}

function isDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (year === undefined || year === '0000') return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.split('T');
  return text.split('T').length === 2 && isDate(date) && TIME.test(time.replace(OFFSET, ''));
}

function checkSize(value: Json): void {
  if (typeof value === 'string' ? value.length > VALUE_LIMITS.textChars : exceeds(value)) {
    throw new ValueProblem(
      `Enter at most ${VALUE_LIMITS.textChars} characters, nested at most ${VALUE_LIMITS.depth} deep.`,
    );
  }
}

function exceeds(value: Json): boolean {
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > VALUE_LIMITS.depth) return true;
    level = level.flatMap((part): Json[] =>
      Array.isArray(part) ? (part as Json[]) : isJsonObject(part) ? Object.values(part) : [],
    );
  }
  return JSON.stringify(value).length > VALUE_LIMITS.textChars;
}
