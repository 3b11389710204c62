/** Literals of JavaScript and TypeScript as JSON values, each with the schema that it implies. */
import type { Json } from '../../domain/text/json.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

export interface Literal {
  readonly value: Json;
  readonly schema: ParameterSchema;
}

const ESCAPE = /\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|\r\n|[^])/gi;
const SINGLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
  '\n': '',
  '\r': '',
  '\r\n': '',
};

/** Undefined for anything but a literal: the author's expression is left to the notebook. */
export function readJavascriptLiteral(node: Node, source: string): Literal | undefined {
  const text = textOf(node, source);
  switch (node.name) {
    case 'String':
      return { value: unquoted(text), schema: { type: 'string' } };
    case 'TemplateString':
      return node.getChild('Interpolation') === null
        ? { value: unquoted(text), schema: { type: 'string' } }
        : undefined;
    case 'BooleanLiteral':
      return { value: text === 'true', schema: { type: 'boolean' } };
    case 'null':
      return { value: null, schema: {} };
    case 'Number':
    case 'UnaryExpression':
      return readNumber(text.replaceAll('_', '').replaceAll(' ', ''));
    case 'ArrayExpression':
      return readArray(node, source);
    case 'ObjectExpression':
      return readObject(node, source);
    case 'NewExpression':
      return readDate(text);
    default:
      return undefined;
  }
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(ESCAPE, (escape) => {
    const code = /^\\[ux]\{?([0-9a-f]+)\}?$/i.exec(escape)?.[1];
    return code === undefined
      ? (SINGLE[escape.slice(1)] ?? escape.slice(1))
      : String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff));
  });
}

/** `5` may become 5.5, as numbers do in JavaScript; `5n` is an integer. */
function readNumber(text: string): Literal | undefined {
  const [, big] = /^(-?\d+)n$/.exec(text) ?? [];
  if (big !== undefined)
    return { value: Number.isSafeInteger(Number(big)) ? Number(big) : big, schema: { type: 'integer' } };
  const value = text.startsWith('-') ? -Number(text.slice(1)) : Number(text);
  return Number.isFinite(value) ? { value, schema: { type: 'number' } } : undefined;
}

function readArray(node: Node, source: string): Literal | undefined {
  const parts = childrenOf(node)
    .filter(({ name }) => !/^([[\],]|LineComment|BlockComment)$/.test(name))
    .map((part) => readJavascriptLiteral(part, source));
  const items = parts.filter((part) => part !== undefined);
  if (items.length < parts.length) return undefined;
  const types = new Set(items.map(({ schema }) => schema.type));
  const only = types.size === 1 ? items[0]?.schema.type : undefined;
  return {
    value: items.map(({ value }) => value),
    schema: { type: 'array', ...(only === undefined ? {} : { items: { type: only } }) },
  };
}

function readObject(node: Node, source: string): Literal | undefined {
  const value: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const property of childrenOf(node).filter(({ name }) => !/^([{},]|LineComment|BlockComment)$/.test(name))) {
    const [key, colon, part, ...rest] = childrenOf(property);
    const literal = part === undefined || rest.length > 0 ? undefined : readJavascriptLiteral(part, source);
    if (
      key === undefined ||
      colon?.name !== ':' ||
      literal === undefined ||
      !/^(PropertyDefinition|String)$/.test(key.name)
    )
      return undefined;
    value[key.name === 'String' ? unquoted(textOf(key, source)) : textOf(key, source)] = literal.value;
  }
  return { value: { ...value }, schema: { type: 'object' } };
}

function readDate(text: string): Literal | undefined {
  const [, day, time] =
    /^new\s+Date\(\s*["'`](\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?["'`]\s*\)$/.exec(
      text,
    ) ?? [];
  if (day === undefined) return undefined;
  return time === undefined
    ? { value: day, schema: { type: 'string', format: 'date', 'x-native': 'date' } }
    : { value: day + time, schema: { type: 'string', format: 'date-time', 'x-native': 'datetime' } };
}
