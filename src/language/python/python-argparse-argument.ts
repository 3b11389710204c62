/** One argument of argparse. Source: https://docs.python.org/3/library/argparse.html#the-add-argument-method */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import type { Json } from '../../domain/text/json.ts';
import {
  type ArgumentForm,
  listOf,
  longOption,
  nameOfOption,
  type ProgramArgument,
} from '../program/program-argument.ts';
import { argument, argumentNode, type Call, type Constants, textArgument } from './python-call.ts';
import { typeOfText } from './python-program-type.ts';
import { textOf } from '../syntax-tree.ts';

/** Actions that print something and end. */
const INFORMING = new Set(['help', 'version']);

/** Undefined for what needs no input; a text says why it cannot be read. */
export function readArgument(call: Call, constants: Constants): ProgramArgument | string | undefined {
  const names = call.values.map((_, at) => argument(call, at, '', constants)?.value);
  if (names.length === 0 || !names.every((name) => typeof name === 'string' && name !== ''))
    return 'its name is computed';
  const action = textOfAction(call, constants);
  if (INFORMING.has(action)) return undefined;
  const options = (names as string[]).filter((name) => name.startsWith('-'));
  const option = longOption(options);
  const name = textArgument(call, -1, 'dest', constants) ?? nameOfOption(option ?? (names[0] as string));
  const isRequired = argument(call, -1, 'required', constants)?.value === true;
  const nargs = argument(call, -1, 'nargs', constants)?.value;
  const base = {
    name,
    call: `add_argument("${option ?? (names[0] as string)}")`,
    at: call,
    ...(option === undefined ? {} : { option }),
  };
  const help = helpOf(call, constants);
  const flag = flagOf(action, option, argument(call, -1, 'default', constants)?.value);
  if (flag !== undefined) return { ...base, ...flag, required: false, schema: { ...flag.schema, ...help } };
  if (!['store', 'append', 'extend'].includes(action)) return `its action is ${action}`;
  const each = { ...valueSchema(call, constants), ...help };
  const form: ArgumentForm =
    action === 'append' ? 'repeated' : isMany(nargs) || action === 'extend' ? 'values' : 'value';
  const count = typeof nargs === 'number' ? nargs : undefined;
  const schema = form === 'value' ? each : listOf(each, count ?? (nargs === '+' ? 1 : 0), count);
  const isOptional = each.default !== undefined || each['x-source'] !== undefined || nargs === '?' || nargs === '*';
  return {
    ...base,
    form,
    required: option === undefined ? !isOptional : isRequired,
    schema: nullable(schema, isRequired, option),
  };
}

/** An option without a default need not be given. */
function nullable(schema: ParameterSchema, isRequired: boolean, option: string | undefined): ParameterSchema {
  if (isRequired || option === undefined || schema.default !== undefined || schema.type === 'array') return schema;
  if (typeof schema.type !== 'string') return schema;
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }),
  };
}

function isMany(nargs: Json | undefined): boolean {
  return nargs === '*' || nargs === '+' || typeof nargs === 'number';
}

function textOfAction(call: Call, constants: Constants): string {
  const node = argumentNode(call, -1, 'action');
  return textArgument(call, -1, 'action', constants) ?? (node === undefined ? 'store' : textOf(node, call.source));
}

function flagOf(
  action: string,
  option: string | undefined,
  start: Json | undefined,
): Pick<ProgramArgument, 'form' | 'schema' | 'off'> | undefined {
  if (option === undefined) return undefined;
  const schema = (value: boolean): ParameterSchema => ({ type: 'boolean', default: value });
  if (action.endsWith('BooleanOptionalAction'))
    return { form: 'flag', schema: schema(start === true), off: option.replace(/^--/, '--no-') };
  if (action === 'store_true' || action === 'store_const') return { form: 'flag', schema: schema(false) };
  // the option says false: it is given when the input is off
  if (action === 'store_false') return { form: 'flag', schema: schema(true), off: option };
  if (action === 'count')
    return {
      form: 'count',
      schema: { type: 'integer', minimum: 0, maximum: 10, default: typeof start === 'number' ? start : 0 },
    };
  return undefined;
}

function valueSchema(call: Call, constants: Constants): ParameterSchema {
  const type = argumentNode(call, -1, 'type');
  const start = argument(call, -1, 'default', constants);
  const computed = argumentNode(call, -1, 'default');
  const choices = argument(call, -1, 'choices', constants)?.value;
  const range = argumentNode(call, -1, 'choices');
  const declared = type === undefined ? undefined : typeOfText(textOf(type, call.source));
  const own: ParameterSchema = declared ?? { type: 'string' };
  return {
    ...own,
    ...(Array.isArray(choices)
      ? { enum: choices as Json[] }
      : range === undefined
        ? {}
        : rangeOf(textOf(range, call.source))),
    ...(start !== undefined && start.value !== null
      ? { default: start.value }
      : start === undefined && computed !== undefined && textOf(computed, call.source) !== 'None'
        ? { 'x-source': textOf(computed, call.source).slice(0, 200) }
        : {}),
  };
}

/** `range(1, 5)` */
function rangeOf(text: string): ParameterSchema {
  const [, first, end] = /^range\(\s*(-?\d{1,9})\s*(?:,\s*(-?\d{1,9})\s*)?\)$/.exec(text) ?? [];
  if (first === undefined) return {};
  return end === undefined
    ? { minimum: 0, maximum: Number(first) - 1 }
    : { minimum: Number(first), maximum: Number(end) - 1 };
}

function helpOf(call: Call, constants: Constants): ParameterSchema {
  const help = textArgument(call, -1, 'help', constants);
  const start = argument(call, -1, 'default', constants)?.value;
  if (help === undefined || help === '') return {};
  const shown = typeof start === 'string' ? start : JSON.stringify(start ?? null);
  return { description: help.replaceAll('%(default)s', shown).replaceAll('%%', '%') };
}
