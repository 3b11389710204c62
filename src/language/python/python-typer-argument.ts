/** One parameter of a function that Python's typer runs. Source: https://typer.tiangolo.com/tutorial/ */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { listOf, longOption, type ProgramArgument } from '../program/program-argument.ts';
import { readAnnotation } from './python-annotation.ts';
import { argument, type Call, callsOf, textArgument } from './python-call.ts';
import { readLiteral } from './python-literal.ts';
import type { Scope } from './python-scope.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

const NO_CONSTANTS = new Map();
const COUNT: ParameterSchema = { type: 'integer', minimum: 0, maximum: 10 };
/** Typer gives it itself. */
const CONTEXT = /^:\s*(?:typer\.|click\.)?(?:Context|CallbackParam)$/;

/** The parameters of a function that typer makes a command, as it reads them. */
export function typerArguments(definition: Node, source: string, scope: Scope): ProgramArgument[] {
  const list = definition.getChild('ParamList');
  if (list === null) return [];
  const found: ProgramArgument[] = [];
  const children = childrenOf(list);
  for (const [at, node] of children.entries()) {
    if (node.name !== 'VariableName') continue;
    const type = children[at + 1]?.name === 'TypeDef' ? children[at + 1] : undefined;
    if (type !== undefined && CONTEXT.test(textOf(type, source))) continue;
    const sign = children[at + (type === undefined ? 1 : 2)];
    const start = sign?.name === 'AssignOp' ? children[at + (type === undefined ? 2 : 3)] : undefined;
    found.push(readParameter(textOf(node, source), { type, start, source, scope }));
  }
  return found;
}

interface Declared {
  readonly type: Node | undefined;
  readonly start: Node | undefined;
  readonly source: string;
  readonly scope: Scope;
}

function readParameter(name: string, { type, start, source, scope }: Declared): ProgramArgument {
  const told = settingsOf(type, source) ?? settingsOf(start, source);
  const isOld = start !== undefined && settingsOf(start, source) !== undefined;
  const literal = isOld
    ? told && argument(told, 0, 'default', NO_CONSTANTS)
    : start === undefined
      ? undefined
      : (readLiteral(start, source, scope) ?? { value: null, schema: {} });
  const hasDefault = isOld ? literal !== undefined : start !== undefined;
  const isOption = told === undefined ? hasDefault : /Option$/.test(told.called);
  const value = literal?.value ?? null;
  const own = plainSchema(
    type?.lastChild == null ? (literal?.schema ?? {}) : readAnnotation(type.lastChild, source, scope),
  );
  const help = told && textArgument(told, -1, 'help', NO_CONSTANTS);
  const [min, max] = ['min', 'max'].map((key) => told && argument(told, -1, key, NO_CONSTANTS)?.value);
  const schema: ParameterSchema = {
    ...own,
    ...(typeof min === 'number' ? { minimum: min } : {}),
    ...(typeof max === 'number' ? { maximum: max } : {}),
    ...(told && argument(told, -1, 'hide_input', NO_CONSTANTS)?.value === true ? { format: 'password' } : {}),
    ...(help === undefined || help === '' ? {} : { description: help }),
    ...(hasDefault && value !== null ? { default: labelled(value, type, source, scope) } : {}),
  };
  const option = isOption ? optionOf(name, told, isOld) : undefined;
  const isList = own.type === 'array';
  const call = `${name} of the command`;
  if (own.type === 'boolean' && option !== undefined) {
    const [on = option, off = `--no-${option.slice(2)}`] = option.split('/');
    return {
      name,
      call,
      option: on,
      off,
      form: 'flag',
      required: false,
      schema: { ...schema, default: value === true },
    };
  }
  if (option !== undefined && told !== undefined && argument(told, -1, 'count', NO_CONSTANTS)?.value === true)
    return { name, call, option, form: 'count', required: false, schema: { default: 0, ...schema, ...COUNT } };
  const least = hasDefault ? 0 : 1;
  const listed = isList ? listOf({ ...(own.items ?? { type: 'string' }), ...described(schema) }, least) : schema;
  const form = isList ? (option === undefined ? 'values' : 'repeated') : 'value';
  return { name, call, form, required: !hasDefault, schema: listed, ...(option === undefined ? {} : { option }) };
}

function described({ description, default: start }: ParameterSchema): ParameterSchema {
  return { ...(description === undefined ? {} : { description }), ...(start === undefined ? {} : { default: start }) };
}

function optionOf(name: string, told: Call | undefined, isOld: boolean): string {
  const texts = (told?.values ?? [])
    .slice(isOld ? 1 : 0)
    .map((node) => readLiteral(node, told?.source ?? '')?.value)
    .filter((text): text is string => typeof text === 'string' && text.startsWith('-'));
  return longOption(texts) ?? `--${name.replaceAll('_', '-')}`;
}

/** Members of an enumeration are given by their values. */
function plainSchema({
  'x-class': name,
  'x-labels': labels,
  'x-native': _native,
  ...schema
}: ParameterSchema): ParameterSchema {
  if (name !== undefined) return labels === undefined ? { type: 'string' } : { type: 'string', enum: labels };
  return Object.keys(schema).length === 0 ? { type: 'string' } : schema;
}

function labelled(
  value: NonNullable<ParameterSchema['default']>,
  type: Node | undefined,
  source: string,
  scope: Scope,
) {
  const own = type?.lastChild == null ? {} : readAnnotation(type.lastChild, source, scope);
  const at = own['x-class'] === undefined ? -1 : (own.enum?.indexOf(value) ?? -1);
  return own['x-labels']?.[at] ?? value;
}

/** The call `typer.Option(…)` in an annotation or as a default. */
function settingsOf(node: Node | undefined, source: string): Call | undefined {
  if (node === undefined) return undefined;
  const text = textOf(node, source);
  const at = text.search(/\btyper\.(?:Option|Argument)\s*\(/);
  if (at < 0) return undefined;
  const [call] = callsOf([text.slice(at).replace(/\]\s*$/, '')], /\btyper\.(?:Option|Argument)(?:\s*\(|$)/);
  return call;
}
