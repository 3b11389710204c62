/** Applies the keywords of a parameter's schema to a value of its type. */
import { isExactNumber, isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { isMultiple } from '../text/number-text.ts';
import { type ParameterSchema, typesOf } from './parameter.ts';
import { keyOf, nameOf, refuse } from './parameter-coerce.ts';
import { readEntries, readItems, ValueProblem } from './parameter-problem.ts';
import { checkSize } from './parameter-size.ts';
import { compilePattern } from './pattern.ts';
import { type Now, relativeDate, resolveDate, resolveDateTime } from './relative-date.ts';

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

function applyToText(text: string, schema: ParameterSchema, checking: Checking): string {
  const resolved = formatted(text, schema, checking.now) ?? refuse(schema);
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
  if (!pattern.test(text)) refuse(schema);
}

/** Text before and after the one @, with a dot in the part after it. */
function isEmail(text: string): boolean {
  const at = text.indexOf('@');
  const domain = text.slice(at + 1);
  return at > 0 && !/[\s@]/.test(domain) && !/\s/.test(text) && domain.slice(1, -1).includes('.');
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
      return isEmail(text) ? text : undefined;
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
