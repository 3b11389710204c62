/**
 * The arguments that a program's block `# /// script` declares, for programs that read them by position or by hand:
 * `[[tool.script-runner.arguments]]`.
 */
import { parse } from 'smol-toml';
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { listOf, nameOfOption, type ProgramArgument, type ProgramReading } from './program-argument.ts';

const MOST_HEAD_CHARS = 50_000;
const MOST_ARGUMENTS = 500;
const BLOCK = /^# \/\/\/ script[ \t]*\n((?:#(?: [^\n]*)?\n)+?)# \/\/\/[ \t]*$/m;
const KEYS = ['name', 'option', 'type', 'default', 'choices', 'help', 'required', 'multiple'];
const TYPES: Readonly<Record<string, ParameterSchema>> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  file: { type: 'string', format: 'file' },
  password: { type: 'string', format: 'password' },
};

/** Undefined: the block declares none. Never throws. */
export function readBlockArguments(source: string): ProgramReading | undefined {
  const block = BLOCK.exec(source.slice(0, MOST_HEAD_CHARS));
  const declared = block === null ? undefined : declaredIn(block[1] ?? '');
  if (block === null || declared === undefined) return undefined;
  const line = source.slice(0, block.index).split('\n').length;
  const read = declared.slice(0, MOST_ARGUMENTS).map(readArgument);
  return {
    arguments: read.filter((one) => typeof one === 'object'),
    findings: read.flatMap((one) =>
      typeof one === 'string'
        ? [{ line, what: `This argument of the block is no input: ${one}.`, remedy: REMEDY }]
        : [],
    ),
  };
}

const REMEDY = `Give it a name, and of ${KEYS.slice(1).join(', ')} what it needs; types are ${Object.keys(TYPES).join(', ')}.`;

function declaredIn(block: string): readonly Json[] | undefined {
  try {
    const value = JSON.parse(JSON.stringify(parse(block.replace(/^# ?/gm, '')))) as Json;
    const tool = isJsonObject(value) && isJsonObject(value.tool) ? value.tool['script-runner'] : undefined;
    const declared = isJsonObject(tool) ? tool.arguments : undefined;
    return Array.isArray(declared) ? declared : undefined;
  } catch {
    // who reads the settings says what is wrong with the block
    return undefined;
  }
}

/** A text says why it cannot be read. */
function readArgument(declared: Json): ProgramArgument | string {
  if (!isJsonObject(declared)) return 'it is no table';
  const odd = Object.keys(declared).find((key) => !KEYS.includes(key));
  if (odd !== undefined) return `nothing is known of “${odd}”`;
  const { option, help, required, default: start, choices, multiple } = declared;
  if (option !== undefined && !(typeof option === 'string' && /^-{1,2}[\p{L}\p{N}][^\s=]*$/u.test(option)))
    return 'its option is not written as --rows or -n';
  const { name = option === undefined ? undefined : nameOfOption(option) } = declared;
  if (typeof name !== 'string' || !/^[\p{L}_][\p{L}\p{N}_. -]*$/u.test(name)) return 'it has no name';
  const type = typeOf(declared);
  if (type === undefined) return `the type of “${name}” is unknown`;
  const isFlag = type.type === 'boolean' && option !== undefined;
  const each: ParameterSchema = {
    ...type,
    ...(Array.isArray(choices) ? { enum: choices as Json[] } : {}),
    ...(start === undefined ? (isFlag ? { default: false } : {}) : { default: start }),
    ...(typeof help === 'string' ? { description: help } : {}),
  };
  // a position that is left out would move those behind it
  const isRequired = each.default === undefined && (required === true || (option === undefined && multiple !== true));
  const schema = multiple === true ? listOf(each, isRequired ? 1 : 0) : isRequired ? each : withNull(each);
  return {
    name,
    schema,
    required: isRequired,
    form: isFlag ? 'flag' : multiple === true ? (option === undefined ? 'values' : 'repeated') : 'value',
    ...(option === undefined ? {} : { option }),
    call: `the argument “${option ?? name}”`,
  };
}

function typeOf({ type, default: start }: JsonObject): ParameterSchema | undefined {
  if (typeof type === 'string') return Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (type !== undefined) return undefined;
  if (typeof start === 'boolean') return TYPES['boolean'];
  if (typeof start === 'number') return Number.isInteger(start) ? TYPES['integer'] : TYPES['number'];
  return TYPES['text'];
}

function withNull(schema: ParameterSchema): ParameterSchema {
  if (schema.default !== undefined || typeof schema.type !== 'string') return schema;
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(schema.enum === undefined ? {} : { enum: [...schema.enum, null] }),
  };
}
