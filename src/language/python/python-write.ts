/** Writes JSON values as Python literals that need no import in the cell. */
import { AppError } from '../../domain/error.ts';
import { isExactNumber, isJsonObject, type Json } from '../../domain/text/json.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { keyOf } from '../../domain/parameter/parameter-coerce.ts';
import { encodeBytes, encodeString } from './python-string.ts';

/** Python's parser fails at about 90 open brackets (3.8) or 200; deeper values are read from JSON text. */
const DEPTH_LIMIT = 50;

/** One expression; the schema says what JSON cannot: float or integer, tuple, set, date … */
export function writePythonLiteral(value: Json, schema: ParameterSchema): string {
  return depthOf(value) > DEPTH_LIMIT
    ? `__import__("json").loads(${encodeString(jsonText(value))})`
    : write(value, schema);
}

function write(value: Json, schema: ParameterSchema): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return writeNumber(value, schema);
  if (typeof value === 'string') return writeText(value, schema);
  // A number of JSON is one of Python.
  if (isExactNumber(value)) return value.rawJSON;
  if (isJsonObject(value)) {
    const { 'x-keys': keys = {}, additionalProperties: values = {} } = schema;
    return `{${Object.entries(value)
      .map(([name, part]) => `${write(keyOf(name, keys), keys)}: ${write(part, values)}`)
      .join(', ')}}`;
  }
  return writeItems(
    value.map((part) => write(part, schema.items ?? {})),
    schema,
  );
}

function writeItems(items: readonly string[], schema: ParameterSchema): string {
  switch (schema['x-native']) {
    case 'tuple':
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
    case 'set':
      return items.length === 0 ? 'set()' : `{${items.join(', ')}}`;
    default:
      return `[${items.join(', ')}]`;
  }
}

function writeNumber(value: number, schema: ParameterSchema): string {
  if (schema['x-native'] === 'decimal') return decimal(String(value));
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : 'float("-inf")';
  const integral = Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 1e21;
  if (!integral || schema.type === 'number') return float(value);
  return BigInt(value).toString();
}

function float(value: number): string {
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function writeText(value: string, schema: ParameterSchema): string {
  if (schema['x-class'] !== undefined) return `${schema['x-class']}[${encodeString(value)}]`;
  switch (schema['x-native']) {
    case 'date':
      return datetime('date', value);
    case 'datetime':
      return datetime('datetime', value);
    case 'time':
      return datetime('time', value);
    case 'path':
      return `__import__("pathlib").Path(${encodeString(value)})`;
    case 'bytes':
      return encodeBytes(value);
    case 'decimal':
      return decimal(value);
    default:
      return isNumeric(schema) ? writeNumericText(value, schema) : encodeString(value);
  }
}

function isNumeric({ type }: ParameterSchema): boolean {
  const types = (typeof type === 'string' ? [type] : (type ?? [])).filter((name) => name !== 'null');
  return types.length > 0 && types.every((name) => name === 'integer' || name === 'number');
}

/** `"NaN"`, `"Infinity"`, `"-Infinity"` and integers beyond ±(2^53−1), which JSON represents as text. */
function writeNumericText(value: string, schema: ParameterSchema): string {
  if (/^-?\d+$/.test(value)) return schema.type === 'number' ? `${value}.0` : BigInt(value).toString();
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return writeNumber(Number(value), schema);
  throw new AppError('internal', 'A numeric parameter has a text that is not a number.');
}

function decimal(text: string): string {
  return `__import__("decimal").Decimal(${encodeString(text)})`;
}

function datetime(kind: 'date' | 'datetime' | 'time', text: string): string {
  const found = /^(?:(\d{4})-(\d\d)-(\d\d))?(?:T?(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(
    text,
  );
  if (found === null) throw new AppError('internal', `A ${kind} parameter has a text that is not valid.`);
  const [, year, month, day, hour, minute, second, fraction, offset] = found;
  const parts = [
    ...(kind === 'time' ? [] : [year, month, day]),
    ...(kind === 'date' ? [] : [hour ?? '0', minute ?? '0', ...(second === undefined ? [] : [second])]),
  ].map(Number);
  if (kind !== 'date' && fraction !== undefined) parts.push(Number(fraction.padEnd(6, '0')));
  const zone = kind === 'datetime' && offset !== undefined ? [`tzinfo=${timezone(offset)}`] : [];
  return `__import__("datetime").${kind}(${[...parts, ...zone].join(', ')})`;
}

function timezone(offset: string): string {
  if (/^(Z|[+-]00:00)$/.test(offset)) return '__import__("datetime").timezone.utc';
  const sign = offset.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
  return `__import__("datetime").timezone(__import__("datetime").timedelta(minutes=${minutes}))`;
}

function depthOf(value: Json): number {
  let depth = 0;
  let level: readonly Json[] = [value];
  while (level.length > 0) {
    level = level.flatMap((part) =>
      typeof part === 'object' && part !== null && !isExactNumber(part) ? (Object.values(part) as Json[]) : [],
    );
    depth += 1;
  }
  return depth;
}

/**
 * JSON as Python reads it, with Python's own words for what JSON lacks; no recursion limit of ours within the bound.
 */
function jsonText(value: Json): string {
  if (typeof value === 'number')
    return Object.is(value, -0) ? '-0.0' : Number.isFinite(value) ? JSON.stringify(value) : String(value);
  if (Array.isArray(value)) return `[${(value as Json[]).map(jsonText).join(', ')}]`;
  if (isJsonObject(value))
    return `{${Object.entries(value)
      .map(([key, part]) => `${JSON.stringify(key)}: ${jsonText(part)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}
