/** Converts literal expressions of Python: the node to its JSON value and the schema that writes it back unchanged. */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { keyOf, nameOf } from '../../domain/parameter/parameter-coerce.ts';
import { type Literal, readConstructor } from './python-constructor.ts';
import { NO_SCOPE, readMember, type Scope } from './python-scope.ts';
import { decodeString } from './python-string.ts';
import { partsOf, unwrapped } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';
import { writePythonLiteral } from './python-write.ts';

/**
 * Undefined for what is not a literal, and for a literal that JSON cannot represent exactly (complex numbers, dicts
 * with keys of several types or whole numbers out of order, a tuple within a list): such a default is left to the
 * notebook.
 */
export function readLiteral(wrapped: Node, source: string, scope: Scope = NO_SCOPE): Literal | undefined {
  const node = unwrapped(wrapped);
  const text = textOf(node, source);
  switch (node.name) {
    case 'Number':
      return readNumber(text);
    case 'MemberExpression': // also `1.` and `1.e5`, which the grammar takes for an attribute of 1
      return /^[\d_]+\.(e\d+)?$/i.test(text) ? readNumber(text) : readMember(node, source, scope);
    case 'UnaryExpression':
      return readSigned(node, source);
    case 'Boolean':
      return { value: text === 'True', schema: { type: 'boolean' } };
    case 'None':
      return { value: null, schema: { type: 'null' } };
    case 'String':
    case 'FormatString':
    case 'ContinuedString':
      return readStrings(node.name === 'ContinuedString' ? childrenOf(node) : [node], source);
    case 'ArrayExpression':
      return readList(partsOf(node), source, scope);
    case 'TupleExpression':
      return withHints(readList(partsOf(node), source, scope), { 'x-native': 'tuple' });
    case 'SetExpression':
      return withHints(readList(partsOf(node), source, scope), { 'x-native': 'set', uniqueItems: true });
    case 'DictionaryExpression':
      return readDictionary(partsOf(node), source, scope);
    case 'CallExpression':
      return readConstructor(node, source, readLiteral);
    default:
      return undefined;
  }
}

function withHints(literal: Literal | undefined, hints: ParameterSchema): Literal | undefined {
  return literal === undefined ? undefined : { value: literal.value, schema: { ...literal.schema, ...hints } };
}

/** Integers of any size, floats; an integer that a double cannot hold exactly is a decimal string. */
function readNumber(text: string): Literal | undefined {
  const digits = text.replaceAll('_', '');
  if (/j$/i.test(digits)) return undefined;
  if (/^(0[xob][\da-f]+|\d+)$/i.test(digits)) {
    const value = BigInt(digits);
    return { value: Number.isSafeInteger(Number(value)) ? Number(value) : String(value), schema: { type: 'integer' } };
  }
  const value = Number(digits);
  return { value: Number.isFinite(value) ? value : 'Infinity', schema: { type: 'number' } };
}

function readSigned(node: Node, source: string): Literal | undefined {
  const [operator, operand] = childrenOf(node);
  const sign = operator === undefined ? '' : textOf(operator, source);
  const literal = operand === undefined ? undefined : readLiteral(operand, source);
  if (literal === undefined || !/^[+-]$/.test(sign) || !/^(integer|number)$/.test(String(literal.schema.type)))
    return undefined;
  if (sign === '+') return literal;
  const { value, schema } = literal;
  if (typeof value === 'string') return { value: value.startsWith('-') ? value.slice(1) : `-${value}`, schema };
  return { value: schema.type === 'integer' && value === 0 ? 0 : -Number(value), schema };
}

function readStrings(nodes: readonly Node[], source: string): Literal | undefined {
  const decoded = nodes.map((node) => decodeString(textOf(node, source)));
  const first = decoded[0];
  if (first === undefined || decoded.some((part) => part?.bytes !== first.bytes)) return undefined;
  const value = decoded.map((part) => part?.text ?? '').join('');
  return { value, schema: first.bytes ? { type: 'string', 'x-native': 'bytes' } : { type: 'string' } };
}

function readList(parts: readonly Node[][], source: string, scope: Scope): Literal | undefined {
  const items = parts.map((part) =>
    part.length === 1 && part[0] !== undefined ? readLiteral(part[0], source, scope) : undefined,
  );
  if (!items.every((item) => item !== undefined)) return undefined;
  const schema = itemSchema(items);
  if (schema === undefined) return undefined;
  return { value: items.map((item) => item.value), schema: { type: 'array', ...named('items', schema) } };
}

/** The common schema of all items; if there is none: `{}`, if no item needs its own. */
function itemSchema(items: readonly Literal[]): ParameterSchema | undefined {
  const distinct = new Map(items.map(({ schema }) => [JSON.stringify(schema), schema]));
  const [first] = distinct.values();
  if (distinct.size <= 1) return first ?? {};
  if ([...distinct.values()].every(({ type }) => type === 'integer' || type === 'number')) return { type: 'number' };
  return items.every(isSelfEvident) ? {} : undefined;
}

/** True if the value is written the same without its schema: no `1.0`, no big integer, no NaN, no tuple. */
export function isSelfEvident({ value, schema }: Literal): boolean {
  return writePythonLiteral(value, {}) === writePythonLiteral(value, schema);
}

function readDictionary(parts: readonly Node[][], source: string, scope: Scope): Literal | undefined {
  const keys: Literal[] = [];
  const values: Literal[] = [];
  for (const [key, colon, value] of parts) {
    const name = key === undefined || colon?.name !== ':' ? undefined : readLiteral(key, source, scope);
    const literal = value === undefined ? undefined : readLiteral(value, source, scope);
    if (name === undefined || literal === undefined) return undefined;
    keys.push(name);
    values.push(literal);
  }
  const names = keys.map((key) => nameOf(key.value));
  const value = Object.fromEntries(names.map((name, at) => [name, values[at]?.value ?? null]));
  const keySchema = keys.every(({ schema }) => isPlainText(schema)) ? {} : itemSchema(keys);
  const valueSchema = values.every(isSelfEvident) ? {} : itemSchema(values);
  const isSame =
    keySchema !== undefined &&
    valueSchema !== undefined &&
    Object.keys(value).join('\0') === names.join('\0') &&
    keys.every(
      (key, at) =>
        writePythonLiteral(keyOf(names[at] ?? '', keySchema), keySchema) === writePythonLiteral(key.value, key.schema),
    );
  return isSame
    ? {
        value,
        schema: { type: 'object', ...named('x-keys', keySchema), ...named('additionalProperties', valueSchema) },
      }
    : undefined;
}

/** A text that is written without a hint. */
export function isPlainText(schema: ParameterSchema): boolean {
  return JSON.stringify(schema) === '{"type":"string"}';
}

function named(key: 'items' | 'x-keys' | 'additionalProperties', schema: ParameterSchema): ParameterSchema {
  return Object.keys(schema).length > 0 ? { [key]: schema } : {};
}
