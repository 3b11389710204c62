/** Calls whose result is treated as a literal: `date(2024, 1, 31)`, `Path("x")`, `Decimal("1.5")`, `set()`. */
import type { Json } from '../../domain/text/json.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { lastName, partsOf } from './python-tree.ts';
import { type Node } from '../syntax-tree.ts';

/** A value with the schema that writes it back unchanged. */
export interface Literal {
  readonly value: Json;
  readonly schema: ParameterSchema;
}

type Read = (node: Node, source: string) => Literal | undefined;

/** `read` reads the arguments; undefined if the call is not one of these, or its arguments are not literals. */
export function readConstructor(node: Node, source: string, read: Read): Literal | undefined {
  const name = lastName(node.firstChild, source);
  const list = node.getChild('ArgList');
  if (name === undefined || list === null) return undefined;
  const values = partsOf(list).map((part) =>
    part.length === 1 && part[0] !== undefined ? read(part[0], source)?.value : undefined,
  );
  if (!values.every((value) => value !== undefined)) return undefined;
  return construct(name, values);
}

function construct(name: string, values: readonly Json[]): Literal | undefined {
  const [first] = values;
  switch (name) {
    case 'date':
      return literal(dateText(values), { type: 'string', format: 'date', 'x-native': 'date' });
    case 'datetime':
      return literal(dateTimeText(values), { type: 'string', format: 'date-time', 'x-native': 'datetime' });
    case 'time':
      return literal(timeText(values, 1), { type: 'string', format: 'time', 'x-native': 'time' });
    case 'Path':
      return values.length === 1 && typeof first === 'string'
        ? literal(first, { type: 'string', 'x-native': 'path' })
        : undefined;
    case 'Decimal':
      return values.length === 1 ? readDecimal(first) : undefined;
    case 'set':
      return values.length === 0 ? literal([], { type: 'array', uniqueItems: true, 'x-native': 'set' }) : undefined;
    case 'tuple':
      return values.length === 0 ? literal([], { type: 'array', 'x-native': 'tuple' }) : undefined;
    case 'list':
      return values.length === 0 ? literal([], { type: 'array' }) : undefined;
    case 'dict':
      return values.length === 0 ? literal({}, { type: 'object' }) : undefined;
    case 'float':
      return /^[+-]?(nan|inf|infinity)$/i.test(String(first))
        ? literal(floatWord(String(first)), { type: 'number' })
        : undefined;
    default:
      return undefined;
  }
}

function literal(value: Json | undefined, schema: ParameterSchema): Literal | undefined {
  return value === undefined ? undefined : { value, schema };
}

function floatWord(text: string): Json {
  if (/nan/i.test(text)) return 'NaN';
  return text.startsWith('-') ? '-Infinity' : 'Infinity';
}

/** Kept as text if a double would lose digits. */
function readDecimal(value: Json | undefined): Literal | undefined {
  const text = String(value);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const exact = Number.isFinite(Number(text)) && String(Number(text)) === text;
  return { value: exact ? Number(text) : text, schema: { type: 'number', 'x-native': 'decimal' } };
}

function integers(values: readonly Json[], counts: readonly [number, number]): number[] | undefined {
  const [least, most] = counts;
  const fits = values.length >= least && values.length <= most && values.every((value) => Number.isInteger(value));
  return fits ? (values as number[]) : undefined;
}

function dateText(values: readonly Json[]): string | undefined {
  const [year = 0, month = 0, day = 0] = integers(values, [3, 3]) ?? [];
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCDate() === day ? date.toISOString().slice(0, 10) : undefined;
}

function timeText(values: readonly Json[], least: number): string | undefined {
  const [hour = 0, minute = 0, second = 0, micro = 0] = integers(values, [least, 4]) ?? [-1];
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || micro < 0 || micro > 999_999)
    return undefined;
  const two = (value: number): string => String(value).padStart(2, '0');
  const fraction = micro === 0 ? '' : `.${String(micro).padStart(6, '0')}`;
  return `${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
}

function dateTimeText(values: readonly Json[]): string | undefined {
  const date = dateText(values.slice(0, 3));
  const time = timeText(values.slice(3), 0);
  return date === undefined || time === undefined ? undefined : `${date}T${time}`;
}
