/**
 * The enumerations that a notebook's cells define at top level: `class Region(Enum): NORTH = "north"`. Only certain
 * cases count: a class whose members only execution would show stays unknown, like an imported one. Source:
 * https://docs.python.org/3/library/enum.html
 */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { readLiteral } from './python-literal.ts';
import type { Scope } from './python-scope.ts';
import { lastName, parsePython, partsOf, pythonOf } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

const BASES = new Set(['Enum', 'IntEnum', 'StrEnum']);
const NO_MEMBERS = new Set([
  'nonmember',
  'property',
  'cached_property',
  'staticmethod',
  'classmethod',
  'partial',
  'partialmethod',
]);
/** Statements of a class that define no members. */
const HARMLESS = new Set([
  ':',
  'ExpressionStatement',
  'PassStatement',
  'FunctionDefinition',
  'DecoratedStatement',
  'Comment',
]);

/**
 * `sources`: code cells in the order in which they run. A name that is rebound later no longer counts. Never throws.
 */
export function readEnums(sources: readonly string[]): Scope {
  const scope = new Map<string, ParameterSchema>();
  if (!sources.some((source) => /Enum\b/.test(source))) return scope;
  for (const python of sources.map(pythonOf)) {
    for (const statement of statementsOf(parsePython(python).topNode)) {
      for (const name of namesBoundBy(statement, python)) scope.delete(name);
      const found = readClass(statement, python);
      if (found?.['x-class'] !== undefined) scope.set(found['x-class'], found);
    }
  }
  return scope;
}

/** Includes statements that share a line, or follow a decorator. */
function statementsOf(parent: Node): Node[] {
  return childrenOf(parent).flatMap((node) => {
    const definition = node.name === 'DecoratedStatement' ? node.getChild('ClassDefinition') : null;
    return node.name === 'StatementGroup' ? childrenOf(node).filter(({ name }) => name !== ';') : [definition ?? node];
  });
}

function namesBoundBy(node: Node, source: string): string[] {
  const children = childrenOf(node);
  const names = children.filter(({ name }) => name === 'VariableName');
  const here =
    node.name === 'AssignStatement'
      ? names.filter(({ from }) => from < lastAssignment(node))
      : node.name === 'ClassDefinition' || node.name === 'FunctionDefinition'
        ? names.slice(0, 1)
        : node.name === 'ImportStatement' || node.name === 'DeleteStatement'
          ? names
          : [];
  const inside =
    node.name === 'ClassDefinition' || node.name === 'FunctionDefinition'
      ? []
      : children.flatMap((child) => namesBoundBy(child, source));
  return [...here.map((name) => textOf(name, source)), ...inside];
}

function lastAssignment(statement: Node): number {
  return childrenOf(statement).findLast(({ name }) => name === 'AssignOp')?.from ?? -1;
}

function readClass(node: Node, source: string): ParameterSchema | undefined {
  const [name, bases, body] = ['VariableName', 'ArgList', 'Body'].map((part) =>
    node.name === 'ClassDefinition' ? node.getChild(part) : null,
  );
  if (name == null || bases == null || body == null) return undefined;
  const parts = partsOf(bases);
  if (!parts.some(([base]) => BASES.has(lastName(base, source) ?? '')) || parts.some((part) => part.length !== 1))
    return undefined;
  const members = readMembers(body, source);
  if (members === undefined || members.length === 0) return undefined;
  const labels = members.map(({ value }) => value).filter((value) => typeof value === 'string' && value.trim() !== '');
  return {
    type: 'string',
    enum: members.map((member) => member.name),
    'x-class': textOf(name, source),
    ...(labels.length === members.length ? { 'x-labels': labels as string[] } : {}),
  };
}

interface Member {
  readonly name: string;
  /** Undefined if it is computed. */
  readonly value: unknown;
}

/** Undefined if not every member can be determined. A second name for a value is not a separate member. */
function readMembers(body: Node, source: string): Member[] | undefined {
  const members = new Map<string, Member>();
  for (const statement of statementsOf(body)) {
    if (HARMLESS.has(statement.name)) continue;
    const [target, ...more] = childrenOf(statement).filter(
      ({ from, name }) => from < lastAssignment(statement) && name !== 'TypeDef',
    );
    const name = target === undefined ? '' : textOf(target, source);
    if (statement.name !== 'AssignStatement' || name === '_ignore_') return undefined;
    if (target === undefined) continue;
    const value = statement.lastChild;
    if (target.name !== 'VariableName' || more.length > 0 || value === null || isNoMember(value, source))
      return undefined;
    const literal = readLiteral(value, source);
    const key = literal === undefined ? name : JSON.stringify(literal);
    if (!name.startsWith('_') && !members.has(key)) members.set(key, { name, value: literal?.value });
  }
  return [...members.values()];
}

function isNoMember(value: Node, source: string): boolean {
  return (
    value.name === 'LambdaExpression' ||
    (value.name === 'CallExpression' && NO_MEMBERS.has(lastName(value.firstChild, source) ?? ''))
  );
}
