/**
 * Checks the values of a run against the script's parameters: the only check for forms, links, API and command line.
 */
import { AppError, type FieldProblem } from '../error.ts';
import type { Json } from '../text/json.ts';
import { JsonTextError } from '../text/json-text.ts';
import { fileValuesOf } from '../upload/upload.ts';
import { formatOf } from './format/all.ts';
import {
  allowsNull,
  isPassword,
  type ParameterSchema,
  type ParametersSchema,
  type ParameterValues,
  typesOf,
} from './parameter.ts';
import { coerce, refuse } from './parameter-coerce.ts';
import { visibilities } from './parameter-dependency.ts';
import { hasOffset, zoneOf } from './format/moment.ts';
import { expectation } from './parameter-expectation.ts';
import { checkFile, fileRule } from './parameter-file.ts';
import { ValueProblem } from './parameter-problem.ts';
import { isRange } from './parameter-range.ts';
import { applyRules, type Checking } from './parameter-rule.ts';
import { checkSize } from './parameter-size.ts';
import { hiddenNames } from './parameter-visible.ts';
import type { Now } from './relative-date.ts';

/** How many names an error message contains. */
const MOST_NAMES = 50;

export interface CheckedValues {
  /** The given values, in the parameters' types; relative dates are unresolved. */
  readonly given: ParameterValues;
  /** All values of the run: `given` with relative dates resolved, and the defaults of what was not given. */
  readonly values: ParameterValues;
}

/**
 * Text is read as the parameter's type, whatever its source. Empty text for anything but plain text means "not given";
 * then the default applies, and a default that is an expression (`x-source`) is left to the notebook. Of several texts
 * for one value (a check box with its hidden field) the last counts. Names that begin with `_` and are not parameters
 * are the caller's own. `files`: the values of parameters that take files, for which nothing else that is given is
 * accepted. A parameter that is not shown (`x-visible-when`) has its default, whatever was given. Throws `invalid` with
 * every wrong field.
 */
export function checkValues(
  schema: ParametersSchema,
  given: Readonly<Record<string, unknown>>,
  now: Now,
  files: ParameterValues = {},
): CheckedValues {
  const problems: FieldProblem[] = unknownNames(schema, given);
  const checking: Checking = { now, patternWork: 1 };
  const checked: [string, Json][] = [];
  const values: [string, Json][] = [];
  const read = readAll(schema, { given, files });
  const hidden = hiddenNames(visibilities(schema.properties), (name) => shownValue(read.get(name), schema, name));
  for (const [name, property] of Object.entries(schema.properties)) {
    try {
      const value = hidden.has(name) ? undefined : read.get(name);
      if (value instanceof ValueProblem) throw value;
      if (value !== undefined) checked.push([name, value]);
      else if (schema.required.includes(name) && !hidden.has(name)) throw new ValueProblem(missing(property));
      const effective = value ?? (value === null || property['x-source'] !== undefined ? value : property.default);
      if (effective !== undefined) values.push([name, applyRules(effective, property, checking)]);
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      problems.push({ field: name, message: error.message, ...positionOf(error) });
    }
  }
  if (problems.length > 0) throw new AppError('invalid', summary(problems), { fields: problems });
  return { given: Object.fromEntries(checked), values: Object.fromEntries(values) };
}

interface Given {
  readonly given: Readonly<Record<string, unknown>>;
  readonly files: ParameterValues;
}

/** By name: the value, undefined where none was given, or why it is refused. */
function readAll({ properties }: ParametersSchema, given: Given): Map<string, Json | undefined | ValueProblem> {
  const read = new Map<string, Json | undefined | ValueProblem>();
  for (const [name, property] of Object.entries(properties)) {
    try {
      read.set(name, valueOf(name, property, given));
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      read.set(name, error);
    }
  }
  return read;
}

/** What a condition compares: the default of what was not given, nothing for what is refused. */
function shownValue(
  read: Json | undefined | ValueProblem,
  { properties }: ParametersSchema,
  name: string,
): Json | undefined {
  if (read instanceof ValueProblem) return null;
  return read === undefined ? properties[name]?.default : read;
}

/** Undefined: not given. Throws `ValueProblem`. */
function valueOf(name: string, schema: ParameterSchema, { given, files }: Given): Json | undefined {
  const rule = fileRule(schema);
  if (rule === undefined) return Object.hasOwn(given, name) ? readGiven(given[name], schema) : undefined;
  const value = Object.hasOwn(files, name) ? files[name] : undefined;
  if (value === undefined) return isNothing(given[name]) ? undefined : refuse(schema);
  for (const file of fileValuesOf(value)) checkFile(file, rule);
  return value;
}

/** Of a mistake in JSON. */
function positionOf({ cause }: ValueProblem): Pick<FieldProblem, 'line' | 'column'> {
  return cause instanceof JsonTextError ? { line: cause.line, column: cause.column } : {};
}

function missing(schema: ParameterSchema): string {
  return `This is required: ${fileRule(schema) === undefined ? 'enter' : 'upload'} ${expectation(schema)}.`;
}

function isNothing(given: unknown): boolean {
  return [given].flat().every((each) => each === undefined || each === null || each === '');
}

/**
 * The values as far as they are valid, with the defaults of what was not given: what choices depend on while a form is
 * still being filled in. `hidden`: names of those that are not shown.
 */
export function readableValues(
  schema: ParametersSchema,
  given: Readonly<Record<string, unknown>>,
  now: Now,
): { readonly values: Map<string, Json>; readonly hidden: ReadonlySet<string> } {
  const checking: Checking = { now, patternWork: 1 };
  const read = readAll(schema, { given, files: {} });
  const hidden = hiddenNames(visibilities(schema.properties), (name) => shownValue(read.get(name), schema, name));
  const values = new Map<string, Json>();
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = hidden.has(name) ? property.default : shownValue(read.get(name), schema, name);
    try {
      if (value !== undefined && !(read.get(name) instanceof ValueProblem && !hidden.has(name)))
        values.set(name, applyRules(value, property, checking));
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
    }
  }
  return { values, hidden };
}

/** Why the schema's own default would be refused; undefined if it is valid. */
export function defaultProblem(schema: ParameterSchema): string | undefined {
  if (schema.default === undefined || schema.default === null) return undefined;
  try {
    applyRules(coerce(schema.default, schema), schema, { now: { nowMs: 0, timezone: 'UTC' }, patternWork: 1 });
    return undefined;
  } catch (error) {
    if (error instanceof ValueProblem) return error.message;
    throw error;
  }
}

function unknownNames(schema: ParametersSchema, given: Readonly<Record<string, unknown>>): FieldProblem[] {
  const known = Object.keys(schema.properties);
  const most = known.length > MOST_NAMES ? ', …' : '';
  const offer =
    known.length === 0
      ? 'This script has no parameters.'
      : `The parameters are: ${known.slice(0, MOST_NAMES).join(', ')}${most}.`;
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(schema.properties, name) && !name.startsWith('_'))
    .slice(0, MOST_NAMES)
    .map((field) => ({ field, message: `There is no parameter with this name. ${offer}` }));
}

/** Undefined: not given. Throws `ValueProblem`. */
function readGiven(raw: unknown, schema: ParameterSchema): Json | undefined {
  if (raw === undefined) return undefined;
  checkSize(raw as Json);
  const single = Array.isArray(raw) ? readSeveral(raw as Json[], schema) : (raw as Json);
  if (single === undefined) return undefined;
  if (
    single === null ||
    single === '' ||
    (typeof single === 'string' && single.trim() === '' && !isPlainText(schema))
  ) {
    return readEmpty(single, schema);
  }
  return coerce(single, schema);
}

/**
 * Several values for one name: a list; for choices of a form without the hidden empty one; for anything else the last.
 */
function readSeveral(raw: readonly Json[], schema: ParameterSchema): Json | undefined {
  if (schema['x-zone'] === true) return momentOf(raw);
  if (isRange(schema)) return raw.every((end) => end === '') ? '' : raw;
  const types = typesOf(schema);
  if (types.length > 0 && !types.includes('array')) return raw.at(-1);
  const choices = schema.items?.enum;
  if (choices === undefined && schema['x-choices'] === undefined) return raw;
  return choices?.includes('') === true ? raw : raw.filter((item) => item !== '');
}

/** The moment and its zone, from two fields: the zone is left out where the moment has its own. */
function momentOf([moment = null, zone = null]: readonly Json[]): Json {
  if (typeof moment !== 'string' || typeof zone !== 'string' || moment.trim() === '' || zone.trim() === '')
    return moment;
  const text = moment.trim();
  return hasOffset(text) || zoneOf(text).zone !== undefined ? text : `${text} ${zone.trim()}`;
}

function readEmpty(empty: string | null, schema: ParameterSchema): Json | undefined {
  if (schema['x-source'] !== undefined) return undefined;
  if (schema.type !== undefined && allowsNull(schema)) return null;
  if (schema.type === undefined) return empty === null || schema.default === null ? null : undefined;
  if (empty !== null && schema.default !== undefined) {
    if (isPlainText(schema)) return empty;
    if (schema.type === 'array') return isRange(schema) ? undefined : [];
  }
  return undefined;
}

function isPlainText(schema: ParameterSchema): boolean {
  return (
    schema.type === 'string' &&
    schema.enum === undefined &&
    schema['x-choices'] === undefined &&
    formatOf(schema) === undefined &&
    !isPassword(schema)
  );
}

function summary(problems: readonly FieldProblem[]): string {
  const more = problems.length > MOST_NAMES ? ', …' : '';
  const names =
    problems
      .slice(0, MOST_NAMES)
      .map(({ field }) => field)
      .join(', ') + more;
  return problems.length === 1 ? `The value of ${names} is wrong.` : `The values of ${names} are wrong.`;
}
