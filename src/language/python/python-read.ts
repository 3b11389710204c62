/** Reads the parameters cell of a Python notebook: one declared parameter for each plain assignment. */
import type { DeclaredParameter } from '../../domain/parameter/language.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { readAnnotation, readAnnotationText } from './python-annotation.ts';
import { readColabComment } from './python-colab.ts';
import { namesNull, readDefault } from './python-default.ts';
import { readEnums } from './python-enum.ts';
import type { Scope } from './python-scope.ts';
import { parsePython } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

/**
 * `NAME[: ANNOTATION] [= VALUE] # [type: T] help` at the top level; the last assignment of a name counts. Names that
 * begin with `_` are private to the author, and so are those without `#@param` in a Colab form.
 */
export function readPythonParameters(source: string, above: readonly string[] = [source]): DeclaredParameter[] {
  const scope = readEnums(above);
  const found = new Map<string, DeclaredParameter>();
  const statements = statementsOf(parsePython(source).topNode);
  const form = statements.filter((statement) => /^@param\b/.test(commentAfter(statement, source)));
  for (const statement of form.length > 0 ? form : statements) {
    for (const parameter of readAssignment(statement, source, scope)) found.set(parameter.name, parameter);
  }
  return [...found.values()];
}

function statementsOf(top: Node): Node[] {
  return childrenOf(top)
    .flatMap((node) => (node.name === 'StatementGroup' ? childrenOf(node) : [node]))
    .filter((node) => node.name === 'AssignStatement');
}

/** The comment on the line where the statement ends, without its `#`. */
function commentAfter(statement: Node, source: string): string {
  const rest = /^[ \t]*;?[ \t]*#(.*)/.exec(source.slice(statement.to));
  return rest?.[1]?.trim() ?? '';
}

function readAssignment(statement: Node, source: string, scope: Scope): DeclaredParameter[] {
  const comment = commentAfter(statement, source);
  const children = childrenOf(statement);
  const annotation = statement.getChild('TypeDef');
  const parts = children.filter((node) => node.name !== 'TypeDef' && node.name !== 'Comment');
  const valueAt = parts.findLastIndex((node) => node.name === 'AssignOp') + 1;
  const value = valueAt === 0 ? undefined : parts[valueAt];
  const targets = (valueAt === 0 ? parts : parts.slice(0, valueAt)).filter((node) => node.name !== 'AssignOp');
  const isPlain = targets.every((node) => node.name === 'VariableName') && !parts.some((node) => node.name === ',');
  if (!isPlain || (value === undefined && annotation === null) || (valueAt > 0 && parts.length !== valueAt + 1))
    return [];
  const { type, help } = readComment(comment, scope);
  const annotated =
    annotation?.lastChild === null || annotation === null
      ? type
      : readAnnotation(annotation.lastChild as Node, source, scope);
  const plain = {
    ...readDefault({ annotated: annotated ?? {}, value, explicit: annotated !== undefined }, source, scope),
    ...help,
  };
  const schema = withColabForm(plain, comment);
  const required = value === undefined && !namesNull(schema);
  return targets
    .map((node) => textOf(node, source))
    .filter((name) => !name.startsWith('_'))
    .map((name) => ({ name, schema, required, ...(isConverted(value, schema) ? { converts: true } : {}) }));
}

const CONVERTED: readonly ParameterSchema['x-native'][] = ['date', 'datetime', 'time', 'path', 'decimal'];

/** True for a text whose annotation names another type: the injected cell makes it one. */
function isConverted(value: Node | undefined, schema: ParameterSchema): boolean {
  return value?.name === 'String' && schema.default !== undefined && CONVERTED.includes(schema['x-native']);
}

/**
 * A form comment has precedence over the type of the literal; a default that is not among the choices is added to them.
 */
function withColabForm(schema: ParameterSchema, comment: string): ParameterSchema {
  const form = readColabComment(comment, schema);
  if (form === undefined) return schema;
  const { format, 'x-labels': labels, ...plain } = schema;
  const kept = {
    ...(form.type === undefined && format !== undefined ? { format } : {}),
    ...(form.enum === undefined && labels !== undefined ? { 'x-labels': labels } : {}),
  };
  const merged = { ...plain, ...kept, ...form };
  const { enum: choices, default: start } = merged;
  return choices === undefined || start === undefined || choices.includes(start)
    ? merged
    : { ...merged, enum: [start, ...choices] };
}

/** papermill's comment: `# type: int  What it is for`. */
function readComment(
  comment: string,
  scope: Scope,
): { readonly type?: ParameterSchema; readonly help: ParameterSchema } {
  const [, type, rest = ''] = /^type:\s*(\w[\w.]*(?:\[.*\])?(?:\s*\|\s*\w[\w.]*)*)\s*(.*)$/.exec(comment) ?? [
    undefined,
    undefined,
    comment,
  ];
  const text = rest.replace(/^#\s*/, '').trim();
  const ignored = /^(noqa|type:|pylint|pragma|fmt|ruff|@param)/.test(text);
  return {
    ...(type === undefined ? {} : { type: readAnnotationText(type, scope) }),
    help: text === '' || ignored ? {} : { description: text },
  };
}
