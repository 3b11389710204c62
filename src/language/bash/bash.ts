/** Bash: `NAME=value` lines. Source: https://www.gnu.org/software/bash/manual/bash.html#Quoting */
import { AppError } from '../../domain/error.ts';
import type { Json } from '../../domain/text/json.ts';
import type { DeclaredParameter, Language } from '../../domain/parameter/language.ts';
import {
  isPassword,
  type ParameterSchema,
  type ParametersSchema,
  type ParameterValues,
} from '../../domain/parameter/parameter.ts';
import { passwordVariable } from '../../domain/parameter/password-variable.ts';
import { bashFolder } from './bash-folder.ts';
import { bashProgramSource, readBashProgram, reviewBashProgram, RUN_BASH_PROGRAM } from './bash-program.ts';
import { quoteBash } from './bash-string.ts';
import { reviewBound } from '../code-bound.ts';
import { plainSchema } from '../plain-schema.ts';
import { reviewBash } from '../review/bash-review.ts';

export const bash: Language = {
  id: 'bash',
  accepts: isBashName,
  readParameters,
  readCalls: readBashProgram,
  callSource: bashProgramSource,
  writeProgram: () => RUN_BASH_PROGRAM,
  review: (sources, inputs) => [...reviewBashProgram(sources), ...reviewBound(sources), ...reviewBash(sources, inputs)],
  writeLiteral,
  writeParameters,
  writeDownloads: () => undefined,
  folder: bashFolder,
};

/** Names on which the shell itself depends: a run must not set them from outside. */
const RESERVED =
  /^(BASH.*|LD_.*|DYLD_.*|PATH|IFS|ENV|SHELL|SHELLOPTS|HOME|PWD|OLDPWD|PS[0-4]|PROMPT_COMMAND|EUID|UID|PPID|SCRIPT_RUNNER_.*)$/;

function isBashName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.test(name);
}

function readParameters(source: string): DeclaredParameter[] {
  const found = new Map<string, DeclaredParameter>();
  for (const line of source.split('\n')) {
    const [, name, text = '', help] =
      /^(?:export\s+|declare\s+-x\s+)?([A-Za-z_]\w*)=((?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\(.*?\)|[^\s#;"']+)*)\s*;?\s*(?:#\s*(.*?)\s*)?$/.exec(
        line,
      ) ?? [];
    if (name === undefined || name.startsWith('_') || !isBashName(name)) continue;
    const description = help === undefined || help === '' ? {} : { description: help };
    found.set(name, { name, schema: { ...readValue(text), ...description }, required: false });
  }
  return [...found.values()];
}

function readValue(text: string): ParameterSchema {
  if (/^'[^']*'$/.test(text)) return { type: 'string', default: text.slice(1, -1) };
  const [, quoted] = /^"((?:[^"\\$`]|\\.)*)"$/.exec(text) ?? [];
  if (quoted !== undefined) return { type: 'string', default: quoted.replace(/\\([\\"$`])/g, '$1') };
  if (/^[^'"$`\\()*?[\]{}~<>|&]*$/.test(text)) return plainSchema(text);
  return { type: 'string', 'x-source': text };
}

/** Variables of the shell are text: lists are arrays of text, objects are JSON. */
function writeLiteral(value: Json, _schema: ParameterSchema): string {
  if (!Array.isArray(value)) return quoteBash(textOf(value));
  return `(${(value as Json[]).map((item) => quoteBash(textOf(item))).join(' ')})`;
}

function textOf(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function writeParameters(values: ParameterValues, schema: ParametersSchema): string {
  const lines = Object.entries(values).map(([name, value]) => {
    if (!isBashName(name))
      throw new AppError('invalid', `Bash has no variable named “${name}”, or keeps it for itself.`);
    const property = schema.properties[name] ?? {};
    return `${name}=${isPassword(property) ? `"$${passwordVariable(name)}"` : writeLiteral(value, property)}`;
  });
  return ['# Parameters', ...lines].join('\n');
}
