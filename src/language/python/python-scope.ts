/** Definitions of the notebook that annotations and defaults may name: its enumerations. */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import type { Literal } from './python-constructor.ts';
import { decodeString } from './python-string.ts';
import { partsOf } from './python-tree.ts';
import { type Node, textOf } from '../syntax-tree.ts';

/** The schema of each enumeration, by the name of its class. */
export type Scope = ReadonlyMap<string, ParameterSchema>;

export const NO_SCOPE: Scope = new Map();

/** `Region.NORTH` or `Region["NORTH"]`; undefined for anything but a member of a known class. */
export function readMember(node: Node, source: string, scope: Scope): Literal | undefined {
  const schema = node.firstChild?.name === 'VariableName' ? scope.get(textOf(node.firstChild, source)) : undefined;
  const value = schema === undefined ? undefined : memberName(node, source);
  return schema === undefined || value === undefined || schema.enum?.includes(value) !== true
    ? undefined
    : { value, schema };
}

function memberName(node: Node, source: string): string | undefined {
  if (node.getChild('[') === null)
    return node.lastChild?.name === 'PropertyName' ? textOf(node.lastChild, source) : undefined;
  const [part, ...more] = partsOf(node);
  const key = part?.at(-1);
  return key?.name === 'String' && more.length === 0 ? decodeString(textOf(key, source))?.text : undefined;
}
