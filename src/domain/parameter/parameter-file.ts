/** Parameters whose values are files: what they accept, and where the kernel finds them. */
import type { Json } from '../text/json.ts';
import { SIZE, sizeBytes, sizeWords } from '../text/size.ts';
import { type FileValue, fileValuesOf, readFileValue } from '../upload/upload.ts';
import { acceptList, fitsName, isAccepted } from '../upload/upload-type.ts';
import type { ParameterSchema, ParametersSchema, ParameterValues } from './parameter.ts';
import { ValueProblem } from './parameter-problem.ts';

/** As other tools say it: extensions and types as text or list, a size such as `500 kb`. Anything else is left out. */
export function fileSchema(accept: Json | undefined, size: Json | undefined): ParameterSchema {
  const most = typeof size === 'string' ? size.replaceAll(' ', '').toUpperCase() : '';
  const types = [accept].flat().filter((each) => typeof each === 'string');
  return {
    type: 'string',
    format: 'file',
    ...(types.length === 0 ? {} : { 'x-accept': types.flatMap(acceptList) }),
    ...(SIZE.test(most) ? { 'x-max-bytes': sizeBytes(most) } : {}),
  };
}

export interface FileRule {
  /** The schema of each file. */
  readonly each: ParameterSchema;
  readonly isSeveral: boolean;
}

/** What a parameter that takes files accepts; undefined for all others. */
export function fileRule(schema: ParameterSchema | undefined): FileRule | undefined {
  if (schema === undefined || schema.enum !== undefined) return undefined;
  if (schema.format === 'file') return { each: schema, isSeveral: false };
  const { items } = schema;
  return items?.format === 'file' && items.enum === undefined ? { each: items, isSeveral: true } : undefined;
}

/** Names of the parameters that take files. */
export function fileNames({ properties }: ParametersSchema): string[] {
  return Object.keys(properties).filter((name) => fileRule(properties[name]) !== undefined);
}

/** Throws `ValueProblem` for a file that the author does not accept. */
export function checkFile({ name, sizeBytes, type }: FileValue, { each }: FileRule): void {
  const { 'x-accept': accept = [], 'x-max-bytes': most = Infinity } = each;
  if (sizeBytes > most)
    throw new ValueProblem(`“${name}” has ${sizeWords(sizeBytes)}; at most ${sizeWords(most)} are allowed.`);
  if (accept.length === 0) return;
  if (!accept.some((entry) => isAccepted(entry, name, type)))
    throw new ValueProblem(`“${name}” is not of an accepted type: choose a file of ${accept.join(', ')}.`);
  if (!fitsName(name, type))
    throw new ValueProblem(`“${name}” is not what its name says: its content is ${type}. Choose another file.`);
}

/** The files that were given to a run, in order, each once for each parameter. */
export function givenFiles(schema: ParametersSchema, given: ParameterValues): FileValue[] {
  return fileNames(schema).flatMap((name) => fileValuesOf(given[name]));
}

/** The values with the path of each given file in its place; `pathOf` gets each with its index in `givenFiles`. */
export function withFilePaths(
  schema: ParametersSchema,
  { given, parameters }: { readonly given: ParameterValues; readonly parameters: ParameterValues },
  pathOf: (file: FileValue, index: number) => string,
): ParameterValues {
  let index = 0;
  const placed = fileNames(schema).flatMap((name): [string, Json][] => {
    const value = given[name];
    if (fileValuesOf(value).length === 0) return [];
    const path = (each: Json) => {
      const file = readFileValue(each);
      return file === undefined ? each : pathOf(file, index++);
    };
    return [[name, Array.isArray(value) ? (value as Json[]).map(path) : path(value as Json)]];
  });
  return { ...parameters, ...Object.fromEntries(placed) };
}
