/** The arguments of a program on its command line, as one of the parsers of arguments declares them. */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import type { Json } from '../../domain/text/json.ts';

/**
 * How values become arguments. `value`: `--rows=5`. `values`: `--rows 5 6`. `repeated`: `--row=5 --row=6`. `flag`: the
 * name alone, for true. `count`: the name so many times. Without names the value stands by itself.
 */
export type ArgumentForm = 'value' | 'values' | 'repeated' | 'flag' | 'count';

export interface ProgramArgument {
  /** Of the input. */
  readonly name: string;
  readonly schema: ParameterSchema;
  readonly required: boolean;
  readonly form: ArgumentForm;
  /** `--rows`; undefined: by its position. */
  readonly option?: string;
  /** Of a flag: what says false (`--no-shout`). */
  readonly off?: string;
  /** For people: `add_argument("--rows")`. */
  readonly call: string;
  /** Where it is declared, from 1. */
  readonly at?: { readonly line: number };
  /** The command that it belongs to, as the words on the command line; absent: to the program. */
  readonly command?: readonly string[];
  /** Its value is the command itself. */
  readonly isCommand?: true;
}

/** A word of the command line; older versions of the parser of arguments want `old`. */
export type CommandWord = string | { readonly word: string; readonly old: string };

/** What a kernel needs of commands: the input that names them, and the words of each of its choices. */
export interface ProgramCommands {
  readonly input: string;
  readonly words: Readonly<Record<string, readonly CommandWord[]>>;
}

/** A place of the program that is not read. `line`: from 1. */
export interface ProgramFinding {
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
}

export interface ProgramReading {
  readonly arguments: readonly ProgramArgument[];
  readonly findings: readonly ProgramFinding[];
  /** Absent: it has no commands. */
  readonly commands?: ProgramCommands;
}

/** `--first-name` -> `first_name`. */
export function nameOfOption(option: string): string {
  return option.replace(/^-+/, '').replaceAll('-', '_');
}

/** Of several spellings the first long one; else the first. */
export function longOption(options: readonly string[]): string | undefined {
  return options.find((option) => option.startsWith('--')) ?? options[0];
}

/** The schema with a list of such values. */
export function listOf(items: ParameterSchema, least = 0, most?: number): ParameterSchema {
  const { description, default: start, ...each } = items;
  return {
    type: 'array',
    items: each,
    ...(least > 0 ? { minItems: least } : {}),
    ...(most === undefined ? {} : { maxItems: most }),
    ...(description === undefined ? {} : { description }),
    ...(start === undefined ? {} : { default: Array.isArray(start) ? start : [start as Json] }),
  };
}
