/** One option or argument of Python's click. Source: https://click.palletsprojects.com/en/stable/parameters/ */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import type { Json } from '../../domain/text/json.ts';
import { listOf, longOption, nameOfOption, type ProgramArgument } from '../program/program-argument.ts';
import { argument, argumentNode, type Call, type Constants, textArgument } from './python-call.ts';
import { typeOfText } from './python-program-type.ts';
import { textOf } from '../syntax-tree.ts';

/** Undefined for one that cannot be read. */
export function readClickArgument(call: Call, constants: Constants): ProgramArgument | undefined {
  const read = readCall(call, constants);
  return read === undefined ? undefined : { ...read, at: call };
}

function readCall(call: Call, constants: Constants): ProgramArgument | undefined {
  const kind = call.called.replace(/^click\./, '');
  const texts = call.values
    .map((_, at) => argument(call, at, '', constants)?.value)
    .filter((text): text is string => typeof text === 'string' && text !== '');
  if (kind === 'password_option')
    return {
      name: 'password',
      schema: { type: 'string', format: 'password' },
      required: true,
      form: 'value',
      option: '--password',
      call: kind,
    };
  const [first] = texts;
  if (first === undefined) return undefined;
  if (kind === 'argument') return readArgument(call, first, constants);
  const [switched, off] = (texts.find((text) => text.includes('/')) ?? '').split('/').map((text) => text.trim());
  const options = texts.filter((text) => text.startsWith('-') && !text.includes('/'));
  const option = longOption(switched === undefined || switched === '' ? options : [switched, ...options]);
  if (option === undefined) return undefined;
  const name = (texts.find((text) => /^[A-Za-z_]\w*$/.test(text)) ?? nameOfOption(option)).toLowerCase();
  const help = textArgument(call, -1, 'help', constants);
  const description: ParameterSchema =
    help === undefined || help === '' ? {} : { description: help.replace(/\s+/g, ' ').trim() };
  const base = { name, option, call: `${call.called}("${option}")` };
  const start = argument(call, -1, 'default', constants)?.value;
  if (off !== undefined || argument(call, -1, 'is_flag', constants)?.value === true)
    return {
      ...base,
      ...(off === undefined || off === '' ? {} : { off }),
      required: false,
      form: 'flag',
      schema: { type: 'boolean', default: start === true, ...description },
    };
  if (argument(call, -1, 'count', constants)?.value === true)
    return {
      ...base,
      required: false,
      form: 'count',
      schema: { type: 'integer', minimum: 0, maximum: 10, default: 0, ...description },
    };
  const each = { ...valueSchema(call, constants), ...description };
  const isAsked = argumentNode(call, -1, 'prompt') !== undefined && each.default === undefined;
  const isRequired = argument(call, -1, 'required', constants)?.value === true || isAsked;
  const nargs = argument(call, -1, 'nargs', constants)?.value;
  if (argument(call, -1, 'multiple', constants)?.value === true)
    return { ...base, required: isRequired, form: 'repeated', schema: listOf(each, isRequired ? 1 : 0) };
  if (typeof nargs === 'number' && nargs > 1)
    return { ...base, required: isRequired, form: 'values', schema: listOf(each, nargs, nargs) };
  return {
    ...base,
    required: isRequired,
    form: 'value',
    schema: isRequired || each.default !== undefined ? each : withNull(each),
  };
}

function readArgument(call: Call, name: string, constants: Constants): ProgramArgument {
  const each = valueSchema(call, constants);
  const nargs = argument(call, -1, 'nargs', constants)?.value;
  const isMany = typeof nargs === 'number' && nargs !== 1;
  const isRequired = argument(call, -1, 'required', constants)?.value ?? (each.default === undefined && nargs !== -1);
  const count = isMany && nargs > 1 ? nargs : undefined;
  return {
    name: name.toLowerCase().replaceAll('-', '_'),
    call: `${call.called}("${name}")`,
    required: isRequired === true,
    form: isMany ? 'values' : 'value',
    schema: isMany ? listOf(each, count ?? (isRequired === true ? 1 : 0), count) : each,
  };
}

function withNull(schema: ParameterSchema): ParameterSchema {
  if (typeof schema.type !== 'string') return schema;
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }),
  };
}

const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;

function valueSchema(call: Call, constants: Constants): ParameterSchema {
  const node = argumentNode(call, -1, 'type');
  const text = node === undefined ? '' : textOf(node, call.source).replace(/\s+/g, ' ');
  const start = argument(call, -1, 'default', constants);
  const hidden = argument(call, -1, 'hide_input', constants)?.value === true;
  const declared = typeOf(text) ?? typeOfText(text) ?? start?.schema ?? { type: 'string' };
  const plain: ParameterSchema =
    declared.type === 'array' || declared.type === undefined ? { type: 'string' } : declared;
  return {
    ...plain,
    ...(hidden ? { format: 'password' } : {}),
    ...(start === undefined || start.value === null ? {} : { default: start.value }),
  };
}

/** `click.Choice(["a", "b"])`, `click.IntRange(0, 10)`, `FloatRange(min=0)`. */
function typeOf(text: string): ParameterSchema | undefined {
  const [, kind, inner = ''] = /\b(Choice|IntRange|FloatRange)\((.*)\)$/.exec(text) ?? [];
  if (kind === undefined) return undefined;
  if (kind === 'Choice') {
    const choices = [...inner.matchAll(/"([^"\\]{0,200})"|'([^'\\]{0,200})'/g)].map(([, a, b]): Json => a ?? b ?? '');
    return choices.length === 0 ? { type: 'string' } : { type: 'string', enum: choices };
  }
  const bounds: Record<string, number> = {};
  for (const [at, part] of inner.split(',').entries()) {
    const [, key = ['min', 'max'][at] ?? '', value = ''] = /^\s*(?:(\w+)\s*=)?\s*(\S+)\s*$/.exec(part) ?? [];
    if (NUMBER.test(value)) bounds[key] = Number(value);
  }
  const { min, max } = bounds;
  return {
    type: kind === 'IntRange' ? 'integer' : 'number',
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
  };
}
