/** Arguments of Python's argparse. Source: https://docs.python.org/3/library/argparse.html#the-add-argument-method */
import type { ParameterSchema } from '../domain/parameter/parameter.ts';
import type { Json } from '../domain/text/json.ts';
import {
  type ArgumentForm,
  listOf,
  longOption,
  nameOfOption,
  type ProgramArgument,
  type ProgramReading,
} from './program-argument.ts';
import {
  argument,
  argumentNode,
  type Call,
  callsOf,
  type Constants,
  constantsOf,
  textArgument,
} from './python-call.ts';
import { typeOfText } from './python-program-type.ts';
import { textOf } from './syntax-tree.ts';

const ADD = /\.add_argument(?:\s*\(|$)/;
const SUBPARSERS = /\.add_subparsers(?:\s*\(|$)/;
const GROUP = /(\w{1,100})\s*=\s*[\w.]{1,200}\.add_argument_group\(\s*(?:title\s*=\s*)?(["'])([^"'\n]{1,200})\2/g;
const EXCLUSIVE = /(\w{1,100})\s*=\s*[\w.]{1,200}\.add_mutually_exclusive_group\(/g;
/** Actions that print something and end. */
const INFORMING = new Set(['help', 'version']);

export function readArgparse(source: string, mostChars: number): ProgramReading {
  const constants = constantsOf([source], mostChars);
  const groups = new Map([...source.matchAll(GROUP)].map(([, name = '', , title = '']) => [name, title]));
  const exclusive = new Set([...source.matchAll(EXCLUSIVE)].map(([, name = '']) => name));
  const found = callsOf([source], ADD, mostChars).map((call) => ({ call, read: readArgument(call, constants) }));
  const ownerOf = ({ called }: Call): string => called.replace(/\.add_argument$/, '');
  const rivals = (owner: string) =>
    found.flatMap(({ call, read }) => (typeof read === 'object' && ownerOf(call) === owner ? [read.name] : []));
  const subcommands = callsOf([source], SUBPARSERS, mostChars).map(({ line }) => ({
    line,
    what: 'The program has subcommands (add_subparsers), which are no inputs.',
    remedy: 'Make a program of each, or call the functions from a notebook.',
  }));
  return {
    arguments: found.flatMap(({ call, read }) => {
      if (typeof read !== 'object') return [];
      const owner = ownerOf(call);
      const title = groups.get(owner);
      const only = exclusive.has(owner) ? [`Give only one of ${rivals(owner).join(', ')}.`] : [];
      const description = [read.schema.description ?? '', ...only].join(' ').trim();
      const schema = {
        ...read.schema,
        ...(title === undefined ? {} : { 'x-group': title }),
        ...(description === '' ? {} : { description }),
      };
      return [{ ...read, schema }];
    }),
    findings: [
      ...subcommands,
      ...found.flatMap(({ call, read }) =>
        typeof read === 'string'
          ? [{ line: call.line, what: `This argument is no input: ${read}.`, remedy: 'Write it as a literal.' }]
          : [],
      ),
    ],
  };
}

/** Undefined for what needs no input; a text says why it cannot be read. */
function readArgument(call: Call, constants: Constants): ProgramArgument | string | undefined {
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
