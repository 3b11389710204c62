/** The parameters cell of a Python notebook: one declared parameter for each plain assignment. */
import type { DeclaredParameter } from '../domain/language.ts';
import { type ParameterSchema, typesOf } from '../domain/parameter.ts';
import { relativeDate } from '../domain/relative-date.ts';
import { readAnnotation, readAnnotationText } from './python-annotation.ts';
import { readColabComment } from './python-colab.ts';
import type { Literal } from './python-constructor.ts';
import { typeOfExpression } from './python-expression.ts';
import { readLiteral } from './python-literal.ts';
import { parsePython } from './python-tree.ts';
import { childrenOf, type Node, textOf } from './syntax-tree.ts';

/**
 * `NAME[: ANNOTATION] [= VALUE]  # [type: T] help` at the top level; the last assignment of a name wins. Names that begin
 * with `_` are the author's own, and so are those without `#@param` in a Colab form.
 */
export function readPythonParameters(source: string): DeclaredParameter[] {
  const found = new Map<string, DeclaredParameter>();
  const statements = statementsOf(parsePython(source).topNode).map((statement) => ({ statement, comment: commentAfter(statement, source) }));
  const form = statements.filter(({ comment }) => /^@param\b/.test(comment));
  for (const { statement, comment } of form.length > 0 ? form : statements) {
    for (const parameter of readAssignment(statement, source, comment)) found.set(parameter.name, parameter);
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

function readAssignment(statement: Node, source: string, comment: string): DeclaredParameter[] {
  const children = childrenOf(statement);
  const annotation = statement.getChild('TypeDef');
  const parts = children.filter((node) => node.name !== 'TypeDef' && node.name !== 'Comment');
  const valueAt = parts.findLastIndex((node) => node.name === 'AssignOp') + 1;
  const value = valueAt === 0 ? undefined : parts[valueAt];
  const targets = (valueAt === 0 ? parts : parts.slice(0, valueAt)).filter((node) => node.name !== 'AssignOp');
  const isPlain = targets.every((node) => node.name === 'VariableName') && !parts.some((node) => node.name === ',');
  if (!isPlain || (value === undefined && annotation === null) || (valueAt > 0 && parts.length !== valueAt + 1)) return [];
  const { type, help } = readComment(comment);
  const annotated = annotation?.lastChild === null || annotation === null ? type : readAnnotation(annotation.lastChild as Node, source);
  const plain = { ...declared(annotated ?? {}, value, source, annotated !== undefined), ...help };
  const schema = withColabForm(plain, comment);
  const required = value === undefined && !allowsNull(schema);
  return targets
    .map((node) => textOf(node, source))
    .filter((name) => !name.startsWith('_'))
    .map((name) => ({ name, schema, required }));
}

/** A form comment rules over what the literal tells; a default that is not among the choices is added to them. */
function withColabForm(schema: ParameterSchema, comment: string): ParameterSchema {
  const form = readColabComment(comment, schema);
  if (form === undefined) return schema;
  const { format: _guessed, ...plain } = schema;
  const merged = { ...(form.type === undefined ? schema : plain), ...form };
  const { enum: choices, default: start } = merged;
  return choices === undefined || start === undefined || choices.includes(start) ? merged : { ...merged, enum: [start, ...choices] };
}

/** papermill's comment: `# type: int  What it is for`. */
function readComment(comment: string): { readonly type?: ParameterSchema; readonly help: ParameterSchema } {
  const [, type, rest = ''] = /^type:\s*(\w[\w.]*(?:\[.*\])?(?:\s*\|\s*\w[\w.]*)*)\s*(.*)$/.exec(comment) ?? [undefined, undefined, comment];
  const text = rest.replace(/^#\s*/, '').trim();
  const ignored = /^(noqa|type:|pylint|pragma|fmt|ruff|@param)/.test(text);
  return { ...(type === undefined ? {} : { type: readAnnotationText(type) }), help: text === '' || ignored ? {} : { description: text } };
}

function declared(annotated: ParameterSchema, value: Node | undefined, source: string, explicit: boolean): ParameterSchema {
  if (value === undefined) return allowsNull(annotated) ? { ...annotated, default: null } : annotated;
  const literal = readLiteral(value, source);
  if (literal === undefined) {
    const type = annotated.type === undefined ? typeOfExpression(value, source) : annotated;
    return { ...type, 'x-source': textOf(value, source) };
  }
  if (literal.value === null) return { ...nullable(annotated), default: null };
  if (!fits(literal, annotated)) return { ...annotated, 'x-source': textOf(value, source) };
  const schema = annotated.type === undefined ? { ...literal.schema, ...annotated } : refined(annotated, literal.schema);
  const choices = schema.enum !== undefined && !schema.enum.includes(literal.value) ? { enum: [literal.value, ...schema.enum] } : {};
  const isDate = !explicit && schema.type === 'string' && schema['x-native'] === undefined && isDateText(literal.value);
  return { ...schema, ...choices, ...(isDate ? { format: 'date' } : {}), default: literal.value };
}

/** A default that contradicts its annotation is left to the notebook, as one that is computed is. */
function fits({ value, schema }: Literal, annotated: ParameterSchema): boolean {
  const types = typesOf(annotated);
  const type = String(schema.type);
  if (types.length > 0 && !types.includes(type) && !(type === 'integer' && types.includes('number'))) return false;
  const isTimed = /^(date|date-time|time)$/.test(annotated.format ?? '');
  if (!isTimed || schema.format === annotated.format || typeof value !== 'string') return true;
  return relativeDate(value) !== undefined || /^(\d{4}-\d\d-\d\d)?(T?\d\d:\d\d(:\d\d)?)?$/.test(value || '-');
}

/** The annotation rules; of the default only what the annotation leaves open (`list` of what, a path or plain text). */
function refined(annotated: ParameterSchema, literal: ParameterSchema): ParameterSchema {
  if (annotated.type !== literal.type) return annotated;
  return annotated.type === 'array' && annotated.items === undefined && literal.items !== undefined
    ? { ...annotated, items: literal.items }
    : annotated;
}

function nullable(schema: ParameterSchema): ParameterSchema {
  if (schema.type === undefined || allowsNull(schema)) return schema;
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return { ...schema, type: [...types, 'null'], ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }) };
}

function allowsNull({ type }: ParameterSchema): boolean {
  return type === 'null' || (Array.isArray(type) && type.includes('null'));
}

/** A text that is a date gets a date field, and stays text for the notebook. */
function isDateText(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value);
}
