/** Parameters of a JavaScript or TypeScript cell: its `let` and `var` at top level, with types and help in comments. */
import type { Json } from '../../domain/text/json.ts';
import type { DeclaredParameter } from '../../domain/parameter/language.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { readJavascriptLiteral } from './javascript-literal.ts';
import { parseJavascript } from './javascript-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

const NAMED: Readonly<Record<string, ParameterSchema>> = {
  string: { type: 'string' },
  number: { type: 'number' },
  bigint: { type: 'integer' },
  boolean: { type: 'boolean' },
  Date: { type: 'string', format: 'date', 'x-native': 'date' },
  object: { type: 'object' },
  null: { type: 'null' },
  undefined: { type: 'null' },
};

export function readJavascriptParameters(source: string): DeclaredParameter[] {
  const found = new Map<string, DeclaredParameter>();
  for (const statement of childrenOf(parseJavascript(source).topNode)) {
    // A constant cannot be declared again, so no value could be passed to it.
    if (statement.name !== 'VariableDeclaration' || statement.firstChild?.name === 'const') continue;
    const help = helpBehind(statement, source);
    for (const declared of declarationsOf(statement)) {
      const parameter = readDeclaration(declared, source);
      if (parameter !== undefined)
        found.set(parameter.name, { ...parameter, schema: { ...parameter.schema, ...help } });
    }
  }
  return [...found.values()];
}

/** The nodes of each `name: type = value`, split at the commas. */
function declarationsOf(statement: Node): Node[][] {
  const parts: Node[][] = [[]];
  for (const child of childrenOf(statement).slice(1)) {
    if (child.name === ',') parts.push([]);
    else if (child.name !== ';' && child.name !== 'BlockComment') parts.at(-1)?.push(child);
  }
  return parts;
}

function readDeclaration(nodes: readonly Node[], source: string): DeclaredParameter | undefined {
  const name = nodes.find((node) => node.name === 'VariableDefinition');
  if (name === undefined || name !== nodes[0]) return undefined;
  const annotation = nodes.find((node) => node.name === 'TypeAnnotation')?.lastChild;
  const type = annotation == null ? {} : readType(annotation, source);
  const equals = nodes.findIndex((node) => node.name === 'Equals');
  const value = equals < 0 ? undefined : nodes[equals + 1];
  const literal = value === undefined ? undefined : readJavascriptLiteral(value, source);
  const today = value !== undefined && /^new\s+Date\(/.test(textOf(value, source)) ? NAMED['Date'] : {};
  const implied = type.type === undefined ? (literal?.schema ?? today) : {};
  const given =
    literal !== undefined
      ? { default: literal.value }
      : value !== undefined
        ? { 'x-source': textOf(value, source) }
        : {};
  const exact = literal?.schema.format === 'date-time' ? literal.schema : {};
  return {
    name: textOf(name, source),
    schema: { ...type, ...implied, ...exact, ...given },
    required: value === undefined,
  };
}

function helpBehind(statement: Node, source: string): ParameterSchema {
  const next = statement.nextSibling;
  if (
    next === null ||
    !/^(LineComment|BlockComment)$/.test(next.name) ||
    source.slice(statement.to, next.from).includes('\n')
  )
    return {};
  const description = textOf(next, source)
    .replace(/^\/[/*]+\s*|\s*\*+\/$/g, '')
    .trim();
  return description === '' ? {} : { description };
}

function readType(node: Node, source: string): ParameterSchema {
  switch (node.name) {
    case 'TypeName':
    case 'NullType':
    case 'VoidType':
      return NAMED[textOf(node, source)] ?? {};
    case 'LiteralType': {
      const literal = node.firstChild === null ? undefined : readJavascriptLiteral(node.firstChild, source);
      return literal === undefined ? {} : { ...literal.schema, enum: [literal.value] };
    }
    case 'ParenthesizedType':
      return node.firstChild?.nextSibling == null ? {} : readType(node.firstChild.nextSibling, source);
    case 'ArrayType':
      return node.firstChild === null ? {} : arrayOf(readType(node.firstChild, source));
    case 'ParameterizedType': {
      const [name, list] = childrenOf(node);
      const inner = list?.firstChild?.nextSibling;
      return name !== undefined && textOf(name, source) === 'Array' && inner != null
        ? arrayOf(readType(inner, source))
        : {};
    }
    case 'UnionType':
      return union(
        childrenOf(node)
          .filter(({ name }) => name !== 'LogicOp')
          .map((part) => readType(part, source)),
      );
    default:
      return {};
  }
}

function arrayOf(items: ParameterSchema): ParameterSchema {
  return { type: 'array', ...(items.type === undefined ? {} : { items }) };
}

/** `"a" | "b"` is a choice, `T | null` may be empty, other unions are anything. */
function union(parts: readonly ParameterSchema[]): ParameterSchema {
  const solid = parts.filter(({ type }) => type !== 'null');
  const [first] = solid;
  if (first?.type === undefined || typeof first.type !== 'string' || solid.some(({ type }) => type !== first.type))
    return {};
  const choices = solid.every((part) => part.enum !== undefined)
    ? solid.flatMap((part) => part.enum as readonly Json[])
    : undefined;
  if (choices === undefined && solid.length > 1) return { type: first.type };
  const optional = solid.length < parts.length;
  return {
    ...first,
    ...(choices === undefined ? {} : { enum: optional ? [...choices, null] : choices }),
    ...(optional ? { type: [first.type, 'null'] } : {}),
  };
}
