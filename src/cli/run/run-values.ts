/** Values on the command line: `-p name=value` texts and a file, of which `app/value-file` reads the text. */
import { readFileSync } from 'node:fs';
import { readValueFile } from '../../app/value-file.ts';
import { plainFileReason, readPlainTextSync } from '../../disk/plain-file.ts';
import { AppError } from '../../domain/error.ts';
import type { ParameterSchema, ParametersSchema } from '../../domain/parameter/parameter.ts';

const FILE_BYTES = 16_000_000;

/** A pipe made by the shell, as for `<(…)`, belongs to this process, and is meant to be waited for. */
const HANDED_OVER = /^\/(dev|proc\/self)\/(stdin|fd\/\d+)$/;

/**
 * Texts stay unchanged for the check, except `none` and `null` where the parameter may be absent, as papermill reads
 * them; a repeated name makes a list. `row`: from 1, of a file with several. Throws `invalid`.
 */
export function readValues(
  schema: ParametersSchema,
  texts: readonly string[],
  file: string | undefined,
  row = 1,
): Record<string, unknown> {
  const values: Record<string, unknown> = file === undefined ? {} : readFile(schema, file, row);
  const given = new Map<string, string[]>();
  for (const text of texts) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new AppError('invalid', `-p ${text} is not a value; write -p name=value.`);
    given.set(name.trim(), [...(given.get(name.trim()) ?? []), value]);
  }
  for (const [name, all] of given)
    values[name] = all.length > 1 ? all : readText(all[0] ?? '', schema.properties[name]);
  return values;
}

function readText(text: string, schema: ParameterSchema | undefined): unknown {
  const types: readonly (string | undefined)[] = Array.isArray(schema?.type)
    ? schema.type
    : [schema?.type as string | undefined];
  return types.includes('null') && /^(none|null)$/i.test(text) ? null : text;
}

function readFile(schema: ParametersSchema, path: string, row: number): Record<string, unknown> {
  let text: string;
  try {
    text = HANDED_OVER.test(path) ? readFileSync(path, 'utf8') : readPlainTextSync(path, FILE_BYTES);
  } catch (error) {
    throw new AppError('invalid', `${path} cannot be read: ${plainFileReason(error)}`, { cause: error });
  }
  return { ...readValueFile(schema, { name: path, text, row }).values };
}
