/**
 * Converts Python type annotations to schemas: names, `Literal`, `Optional`, `X | None`, `list[...]`, `dict[...]`,
 * `Annotated`, strings.
 */
import type { Json } from '../../domain/text/json.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { fieldConstraints } from './python-field.ts';
import { isPlainText, readLiteral } from './python-literal.ts';
import type { Scope } from './python-scope.ts';
import { lastName, parseExpression, partsOf, unwrapped } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

const NAMED: Readonly<Record<string, ParameterSchema>> = {
  int: { type: 'integer' },
  float: { type: 'number' },
  str: { type: 'string' },
  bool: { type: 'boolean' },
  None: { type: 'null' },
  bytes: { type: 'string', 'x-native': 'bytes' },
  list: { type: 'array' },
  List: { type: 'array' },
  Sequence: { type: 'array' },
  Iterable: { type: 'array' },
  tuple: { type: 'array', 'x-native': 'tuple' },
  Tuple: { type: 'array', 'x-native': 'tuple' },
  set: { type: 'array', uniqueItems: true, 'x-native': 'set' },
  Set: { type: 'array', uniqueItems: true, 'x-native': 'set' },
  frozenset: { type: 'array', uniqueItems: true, 'x-native': 'set' },
  dict: { type: 'object' },
  Dict: { type: 'object' },
  Mapping: { type: 'object' },
  MutableMapping: { type: 'object' },
  OrderedDict: { type: 'object' },
  date: { type: 'string', format: 'date', 'x-native': 'date' },
  datetime: { type: 'string', format: 'date-time', 'x-native': 'datetime' },
  AwareDatetime: { type: 'string', format: 'date-time', 'x-native': 'datetime', 'x-zone': true },
  NaiveDatetime: { type: 'string', format: 'date-time', 'x-native': 'datetime' },
  time: { type: 'string', format: 'time', 'x-native': 'time' },
  Path: { type: 'string', 'x-native': 'path' },
  UploadFile: { type: 'string', format: 'file', 'x-native': 'path' },
  Decimal: { type: 'number', 'x-native': 'decimal' },
  PositiveInt: { type: 'integer', minimum: 1 },
  NonNegativeInt: { type: 'integer', minimum: 0 },
  PositiveFloat: { type: 'number', exclusiveMinimum: 0 },
  NonNegativeFloat: { type: 'number', minimum: 0 },
  SecretStr: { type: 'string', format: 'password' },
  EmailStr: { type: 'string', format: 'email' },
  AnyUrl: { type: 'string', format: 'uri' },
  HttpUrl: { type: 'string', format: 'uri', 'x-schemes': ['http', 'https'] },
  AnyHttpUrl: { type: 'string', format: 'uri', 'x-schemes': ['http', 'https'] },
  Color: { type: 'string', format: 'color' },
};

/** The schema of an annotation; `{}` (anything) for an unknown type. */
export function readAnnotation(wrapped: Node, source: string, scope: Scope): ParameterSchema {
  const node = unwrapped(wrapped);
  switch (node.name) {
    case 'String': {
      const text = readLiteral(node, source)?.value;
      return typeof text === 'string' ? readAnnotationText(text, scope) : {};
    }
    case 'None':
      return { type: 'null' };
    case 'BinaryExpression': {
      const [left, operator, right] = childrenOf(node);
      if (left === undefined || right === undefined || operator === undefined || textOf(operator, source) !== '|')
        return {};
      return union([readAnnotation(left, source, scope), readAnnotation(right, source, scope)]);
    }
    case 'MemberExpression':
      return node.getChild('[') === null ? named(node, source, scope) : readSubscript(node, source, scope);
    default:
      return named(node, source, scope);
  }
}

/** As `readAnnotation`, for an annotation written as text: a string annotation or a type comment. */
export function readAnnotationText(text: string, scope: Scope): ParameterSchema {
  const expression = parseExpression(text);
  return expression === undefined ? {} : readAnnotation(expression, text, scope);
}

function named(node: Node, source: string, scope: Scope): ParameterSchema {
  const name = lastName(node, source);
  const own = node.name === 'VariableName' && name !== undefined ? scope.get(name) : undefined;
  if (own !== undefined) return own;
  return (name !== undefined && Object.hasOwn(NAMED, name) ? NAMED[name] : undefined) ?? {};
}

function readSubscript(node: Node, source: string, scope: Scope): ParameterSchema {
  const target = node.firstChild;
  const inner = partsOf(node)
    .map((part) => part.at(-1))
    .filter((part) => part !== undefined);
  switch (lastName(target, source)) {
    case 'Literal':
      return literals(inner, source);
    case 'Optional':
      return union([...inner.slice(0, 1).map((part) => readAnnotation(part, source, scope)), { type: 'null' }]);
    case 'Union':
      return union(inner.map((part) => readAnnotation(part, source, scope)));
    case 'Annotated':
      return annotated(inner, source, scope);
    case 'Final':
    case 'ClassVar':
      return inner[0] === undefined ? {} : readAnnotation(inner[0], source, scope);
    default:
      return container(target === null ? {} : named(target, source, scope), inner, source, scope);
  }
}

function container(schema: ParameterSchema, inner: readonly Node[], source: string, scope: Scope): ParameterSchema {
  if (schema.type === 'object')
    return dictionary(
      schema,
      inner.map((part) => readAnnotation(part, source, scope)),
    );
  if (schema.type !== 'array' || inner[0] === undefined) return schema;
  const kinds = inner
    .filter((part) => textOf(part, source) !== '...')
    .map((part) => readAnnotation(part, source, scope));
  const alike = kinds.every((kind) => JSON.stringify(kind) === JSON.stringify(kinds[0]));
  const fixed = schema['x-native'] === 'tuple' && !textOf(inner.at(-1) ?? inner[0], source).endsWith('...');
  const count = fixed ? { minItems: kinds.length, maxItems: kinds.length } : {};
  const isPeriod = fixed && alike && kinds.length === 2 && kinds[0]?.format === 'date';
  return {
    ...schema,
    ...(alike && kinds[0] !== undefined ? { items: kinds[0] } : {}),
    ...count,
    ...(isPeriod ? { 'x-widget': 'range' } : {}),
  };
}

/** Keys of an unknown type are text, as in JSON. */
function dictionary(schema: ParameterSchema, [keys = {}, values]: readonly ParameterSchema[]): ParameterSchema {
  if (values === undefined) return schema;
  const isText = keys.type === undefined || isPlainText(keys);
  return { ...schema, ...(isText ? {} : { 'x-keys': keys }), additionalProperties: values };
}

function literals(parts: readonly Node[], source: string): ParameterSchema {
  const values = parts.map((part) => readLiteral(part, source)).filter((literal) => literal !== undefined);
  const types = [...new Set(values.map(({ schema }) => schema.type))] as string[];
  if (values.length === 0) return {};
  return { type: types.length === 1 ? (types[0] as 'string') : types, enum: values.map(({ value }) => value) };
}

function annotated(parts: readonly Node[], source: string, scope: Scope): ParameterSchema {
  const [type, ...metadata] = parts;
  if (type === undefined) return {};
  return Object.assign(
    {},
    readAnnotation(type, source, scope),
    ...metadata.map((part) => fieldConstraints(part, source)),
  ) as ParameterSchema;
}

/** One schema for several types; a single non-null type keeps its shape, of several only the types are kept. */
function union(schemas: readonly ParameterSchema[]): ParameterSchema {
  const solid = schemas.filter(({ type }) => type !== 'null');
  const types = [...new Set(schemas.flatMap(({ type }) => type ?? []))] as string[];
  const nullable = types.includes('null');
  if (schemas.some(({ type }) => type === undefined)) return {};
  const [only] = solid;
  if (solid.length > 1) {
    if (solid.every((schema) => schema['x-class'] !== undefined)) return {};
    const choices = solid.every((schema) => schema.enum !== undefined)
      ? { enum: solid.flatMap((schema) => schema.enum as readonly Json[]) }
      : {};
    return withNull({ type: types.filter((type) => type !== 'null'), ...choices }, nullable);
  }
  return withNull(only ?? { type: 'null' }, nullable && only !== undefined);
}

function withNull(schema: ParameterSchema, nullable: boolean): ParameterSchema {
  if (!nullable || schema.type === undefined) return schema;
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  const choices = schema.enum === undefined || schema.enum.includes(null) ? {} : { enum: [...schema.enum, null] };
  return { ...schema, type: [...types.filter((type) => type !== 'null'), 'null'], ...choices };
}
