/** The metadata of `Annotated[...]`: pydantic's `Field(ge=0)`, annotated-types' `Ge(0)`, a plain text as help. */
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { isKeyword } from '../../domain/parameter/parameter-sidecar.ts';
import { isRegularExpression } from '../../domain/parameter/pattern-translate.ts';
import { readLiteral } from './python-literal.ts';
import { lastName, partsOf } from './python-tree.ts';
import { type Node, textOf } from '../syntax-tree.ts';

const KEYS: Readonly<Record<string, keyof ParameterSchema>> = {
  ge: 'minimum',
  gt: 'exclusiveMinimum',
  le: 'maximum',
  lt: 'exclusiveMaximum',
  multiple_of: 'multipleOf',
  min_length: 'minLength',
  max_length: 'maxLength',
  pattern: 'pattern',
  regex: 'pattern',
  title: 'title',
  description: 'description',
  examples: 'examples',
};
const POSITIONAL: Readonly<Record<string, readonly string[]>> = {
  Ge: ['ge'],
  Gt: ['gt'],
  Le: ['le'],
  Lt: ['lt'],
  MultipleOf: ['multiple_of'],
  MinLen: ['min_length'],
  MaxLen: ['max_length'],
  Len: ['min_length', 'max_length'],
  Interval: [],
  Field: [],
  Query: [],
  StringConstraints: [],
  Doc: ['description'],
  doc: ['description'],
};

/** The schema keys that one piece of metadata sets; `{}` for unknown metadata. */
export function fieldConstraints(node: Node, source: string): ParameterSchema {
  if (node.name === 'String' || node.name === 'ContinuedString') {
    const text = readLiteral(node, source)?.value;
    return typeof text === 'string' && text !== '' ? { description: text } : {};
  }
  const positional = node.name === 'CallExpression' ? POSITIONAL[lastName(node.firstChild, source) ?? ''] : undefined;
  const list = node.getChild('ArgList');
  if (positional === undefined || list === null) return {};
  const found: Record<string, Json> = {};
  partsOf(list).forEach((part, index) => {
    const [name, operator, value] = part;
    const keyed = operator?.name === 'AssignOp';
    const key = KEYS[(keyed && name !== undefined ? textOf(name, source) : positional[index]) ?? ''];
    const literal = keyed ? value : name;
    const read = key === undefined || literal === undefined ? undefined : readLiteral(literal, source);
    if (key === undefined || read === undefined) {
      if (keyed && name !== undefined && value !== undefined && textOf(name, source) === 'json_schema_extra')
        Object.assign(found, extra(value, source));
    } else if (read.value !== null && (key !== 'pattern' || isRegularExpression(String(read.value))))
      found[key] = read.value;
  });
  return found as ParameterSchema;
}

/** `json_schema_extra={"x-widget": "slider"}`: our own hints, and `format`. */
function extra(node: Node, source: string): Record<string, Json> {
  const value = readLiteral(node, source)?.value;
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(([key, each]) => (key === 'format' || key.startsWith('x-')) && isKeyword(key, each)),
  );
}
