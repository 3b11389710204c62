/** Values on the command line: `-p name=value` texts and a JSON or YAML file. */
import { readFileSync } from 'node:fs';
import { parseDocument, visit } from 'yaml';
import { plainFileReason, readPlainTextSync } from '../disk/plain-file.ts';
import { AppError } from '../domain/error.ts';
import { exactNumber, floatNumber } from '../domain/text/json-exact.ts';
import { isJsonObject, type Json } from '../domain/text/json.ts';
import type { ParameterSchema, ParametersSchema } from '../domain/parameter/parameter.ts';

const FILE_BYTES = 16_000_000;
const MOST_ALIASES = 100;
/** A pipe made by the shell, as for `<(…)`, belongs to this process, and is meant to be waited for. */
const HANDED_OVER = /^\/(dev|proc\/self)\/(stdin|fd\/\d+)$/;

/**
 * Texts stay unchanged for the check, except `none` and `null` where the parameter may be absent, as papermill reads
 * them; a repeated name makes a list. Throws `invalid`.
 */
export function readValues(
  schema: ParametersSchema,
  texts: readonly string[],
  file: string | undefined,
): Record<string, unknown> {
  const values: Record<string, unknown> = file === undefined ? {} : readFile(file);
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

function readFile(path: string): Record<string, unknown> {
  let values: unknown;
  try {
    const text = HANDED_OVER.test(path) ? readFileSync(path, 'utf8') : readPlainTextSync(path, FILE_BYTES);
    values = readYaml(text);
  } catch (error) {
    throw new AppError('invalid', `${path} cannot be read: ${plainFileReason(error)}`, { cause: error });
  }
  if (isJsonObject(values)) return { ...values };
  throw new AppError('invalid', `${path} must contain names with values, such as "month: 2026-01".`);
}

/** JSON is YAML; dates stay texts, as in JSON, and numbers keep their digits. */
function readYaml(text: string): unknown {
  const document = parseDocument(text, { schema: 'core', intAsBigInt: true, logLevel: 'silent' });
  const [mistake] = document.errors;
  if (mistake !== undefined) throw mistake;
  visit(document, {
    Scalar(_key, node) {
      const { value, source } = node;
      if (typeof value === 'bigint') node.value = exactNumber(String(value));
      else if (typeof value === 'number') node.value = Number.isFinite(value) ? floatOf(value, source) : String(value);
    },
  });
  return document.toJS({ maxAliasCount: MOST_ALIASES });
}

/** The digits as they are where JSON spells the number so: 1.10 is another decimal than 1.1. */
function floatOf(value: number, source: string | undefined): Json {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(source ?? '')
    ? exactNumber(source ?? '')
    : floatNumber(value);
}
