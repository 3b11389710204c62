/** Options that R programs declare with optparse and argparser, read from the code. */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import {
  listOf,
  longOption,
  nameOfOption,
  type ProgramArgument,
  type ProgramReading,
} from '../program/program-argument.ts';
import { type RCall, rCallsOf } from './r-call.ts';
import { readRValue } from './r-read.ts';

const OPTPARSE = /^(?:optparse::)?(?:make_option|add_option)$/;
const ARGPARSER = /^(?:argparser::)?add_argument$/;
const TYPES: Readonly<Record<string, ParameterSchema>> = {
  integer: { type: 'integer' },
  double: { type: 'number' },
  numeric: { type: 'number' },
  logical: { type: 'boolean' },
  character: { type: 'string' },
};

/** Sources: https://trevorldavis.com/R/optparse/ and https://cran.r-project.org/package=argparser */
export function readROptions(source: string): ProgramReading {
  const calls = rCallsOf(source, (called) => OPTPARSE.test(called) || ARGPARSER.test(called));
  const read = calls.map((call) => ({ call, one: readCall(call) }));
  return {
    arguments: read.flatMap(({ one }) => (typeof one === 'object' ? [one] : [])),
    findings: read.flatMap(({ call, one }) =>
      one === 'computed'
        ? [
            {
              line: call.line,
              what: `This argument is no input: the names in ${call.called} are computed.`,
              remedy: 'Write them as texts.',
            },
          ]
        : [],
    ),
  };
}

function readCall(call: RCall): ProgramArgument | 'computed' | undefined {
  const isArgparser = ARGPARSER.test(call.called);
  const isAdding = isArgparser || /add_option$/.test(call.called);
  // the parser stands first, unless it comes by a pipe
  const at = isAdding && !call.isPiped ? 1 : 0;
  const names = textsOf(call.named.get(isArgparser ? 'arg' : 'opt_str') ?? call.values[at]);
  if (names.length === 0) return 'computed';
  const option = longOption(names.filter((name) => name.startsWith('-')));
  const short = textsOf(call.named.get('short'))[0];
  if (option === '--help' || option === '-h') return undefined;
  const dest = textsOf(call.named.get('dest'))[0];
  const name = dest ?? nameOfOption(option ?? names[0] ?? '');
  const base = { name, call: `${call.called}("${option ?? names[0] ?? short ?? ''}")`, ...(option ? { option } : {}) };
  const help = textsOf(call.named.get('help') ?? (isArgparser ? call.values[at + 1] : undefined))[0];
  const start = schemaOf(call.named.get('default'));
  const described = help === undefined ? {} : { description: describe(help, start.default) };
  const action = textsOf(call.named.get('action'))[0] ?? 'store';
  if (call.named.get('flag') === 'TRUE' || action === 'store_true')
    return {
      ...base,
      form: 'flag',
      required: false,
      schema: { type: 'boolean', default: start.default === true, ...described },
    };
  if (action === 'store_false')
    return {
      ...base,
      form: 'flag',
      off: option ?? '',
      required: false,
      schema: { type: 'boolean', default: true, ...described },
    };
  const typed = TYPES[textsOf(call.named.get('type'))[0] ?? ''];
  const each: ParameterSchema = { type: 'string', ...start, ...typed, ...described };
  const isMany = isArgparser && call.named.has('nargs') && call.named.get('nargs') !== '1';
  const isRequired = option === undefined && each.default === undefined;
  if (isMany) return { ...base, form: 'values', required: isRequired, schema: listOf(each, isRequired ? 1 : 0) };
  return { ...base, form: 'value', required: isRequired, schema: isRequired ? each : optional(each) };
}

/** The default as R reads it; a plain number is one. */
function schemaOf(text: string | undefined): ParameterSchema {
  if (text === undefined) return {};
  const { type, format, default: start, 'x-source': source } = readRValue(text);
  if (source !== undefined || start === undefined || start === null || Array.isArray(start)) return {};
  return { ...(type === undefined ? {} : { type }), ...(format === undefined ? {} : { format }), default: start };
}

/** optparse writes `%default`, argparser adds the default itself. */
function describe(help: string, start: ParameterSchema['default']): string {
  const shown = typeof start === 'string' ? start : JSON.stringify(start ?? null);
  return help.replaceAll('%default', shown).replace(/\s+/g, ' ').trim();
}

function optional(schema: ParameterSchema): ParameterSchema {
  if (schema.default !== undefined || typeof schema.type !== 'string') return schema;
  return { ...schema, type: [schema.type, 'null'] };
}

/** `"-n"`, `c("-n", "--rows")`; none for anything else. */
function textsOf(text: string | undefined): string[] {
  if (text === undefined) return [];
  const { type, default: value } = readRValue(text);
  if (typeof value === 'string') return [value];
  return type === 'array' && Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
