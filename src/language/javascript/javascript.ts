/**
 * JavaScript and TypeScript (Deno's kernel, tslab): `let name = value` lines. Source:
 * https://tc39.es/ecma262/#sec-ecmascript-language-lexical-grammar
 */
import { AppError } from '../../domain/error.ts';
import { isExactNumber, isJsonObject, type Json } from '../../domain/text/json.ts';
import type { Language } from '../../domain/parameter/language.ts';
import {
  isPassword,
  type ParameterSchema,
  type ParametersSchema,
  type ParameterValues,
  typesOf,
} from '../../domain/parameter/parameter.ts';
import { passwordVariable } from '../../domain/parameter/password-variable.ts';
import { reviewBound } from '../code-bound.ts';
import { javascriptFolder } from './javascript-folder.ts';
import { readJavascriptParameters } from './javascript-read.ts';
import { javascriptRecoveryOf } from './javascript-tree.ts';
import { reviewJavascript } from '../review/javascript-review.ts';

export const typescript: Language = {
  id: 'typescript',
  accepts: isJavascriptName,
  readParameters: readJavascriptParameters,
  review: (sources, inputs) => [...reviewBound(sources, javascriptRecoveryOf), ...reviewJavascript(sources, inputs)],
  writeLiteral,
  writeParameters,
  writeDownloads: () => undefined,
  folder: javascriptFolder,
};
export const javascript: Language = { ...typescript, id: 'javascript' };

const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if ' +
    'implements import in Infinity instanceof interface let NaN new null package private protected public return static super switch this throw true try typeof ' +
    'undefined var void while with yield Deno globalThis process'
  ).split(' '),
);

function isJavascriptName(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(name) && !RESERVED.has(name);
}

function writeLiteral(value: Json, schema: ParameterSchema): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return writeText(value, schema);
  // A whole number that JavaScript cannot represent as a number is a bigint.
  if (isExactNumber(value)) return /^-?\d+$/.test(value.rawJSON) ? `${BigInt(value.rawJSON)}n` : value.rawJSON;
  if (Array.isArray(value))
    return `[${(value as Json[]).map((item) => writeLiteral(item, schema.items ?? {})).join(', ')}]`;
  // A key in brackets is an ordinary key whatever its name; a plain __proto__ is not.
  if (isJsonObject(value))
    return `{${Object.entries(value)
      .map(([key, part]) => `[${JSON.stringify(key)}]: ${writeLiteral(part, schema.additionalProperties ?? {})}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}

function writeText(value: string, schema: ParameterSchema): string {
  if (schema['x-native'] === 'date' || schema['x-native'] === 'datetime') return `new Date(${JSON.stringify(value)})`;
  const types = typesOf(schema);
  if (types.length === 0 || !types.every((type) => type === 'integer' || type === 'number'))
    return JSON.stringify(value);
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return value;
  // Only a bigint keeps all digits of an integer beyond 2^53.
  if (/^-?\d+$/.test(value)) return types.includes('integer') ? `${BigInt(value)}n` : String(Number(value));
  throw new AppError('internal', 'A numeric parameter has a text that is not a number.');
}

/** `let` may declare again what an earlier cell has declared. */
function writeParameters(values: ParameterValues, schema: ParametersSchema): string {
  const lines = Object.entries(values).map(([name, value]) => {
    if (!isJavascriptName(name)) throw new AppError('invalid', `JavaScript does not allow a variable named “${name}”.`);
    const property = schema.properties[name] ?? {};
    return `let ${name} = ${isPassword(property) && value !== null ? `process.env[${JSON.stringify(passwordVariable(name))}]` : writeLiteral(value, property)};`;
  });
  return ['// Parameters', ...lines].join('\n');
}
