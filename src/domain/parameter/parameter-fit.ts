/** Which of some values fit a script as it is now: for values that were stored, or that come from a file. */
import { AppError, type FieldProblem } from '../error.ts';
import { checkValues } from './parameter-check.ts';
import { fileRule } from './parameter-file.ts';
import { isPassword, type ParameterSchema, type ParametersSchema, type ParameterValues } from './parameter.ts';
import type { Now } from './relative-date.ts';

export interface FittingValues {
  /** In the parameters' types; relative dates are unresolved. */
  readonly values: ParameterValues;
  /** Those that are left out, each with the reason. */
  readonly left: readonly FieldProblem[];
}

/** Passwords and files never fit. Values that are missing are no problem. */
export function fittingValues(
  schema: ParametersSchema,
  given: Readonly<Record<string, unknown>>,
  now: Now,
): FittingValues {
  const left = new Map<string, string>();
  for (const name of Object.keys(given)) {
    const why = unfitReason(schema, name);
    if (why !== undefined) left.set(name, why);
  }
  for (const { field, message } of problemsOf(schema, withoutNames(given, left), now)) left.set(field, message);
  const values = withoutNames(given, left);
  return {
    values: checkValues(onlyGiven(schema, values), values, now).given,
    left: [...left].map(([field, message]) => ({ field, message })),
  };
}

function unfitReason(schema: ParametersSchema, name: string): string | undefined {
  const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  if (property === undefined) return 'There is no input with this name.';
  if (isPassword(property)) return 'Passwords are not kept; type it again.';
  return fileRule(property) === undefined ? undefined : 'Files are not kept; choose them again.';
}

function withoutNames(given: Readonly<Record<string, unknown>>, left: ReadonlyMap<string, string>) {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !left.has(name)));
}

/**
 * The parameters that are given, as if each stood alone: none is missing, no default is checked, and whether one is
 * shown does not matter.
 */
export function onlyGiven(schema: ParametersSchema, given: Readonly<Record<string, unknown>>): ParametersSchema {
  const properties = Object.entries(schema.properties).flatMap(([name, property]): [string, ParameterSchema][] => {
    const { 'x-visible-when': _condition, ...alone } = property;
    return Object.hasOwn(given, name) ? [[name, alone]] : [];
  });
  return { ...schema, properties: Object.fromEntries(properties), required: [] };
}

function problemsOf(schema: ParametersSchema, given: Readonly<Record<string, unknown>>, now: Now) {
  try {
    checkValues(onlyGiven(schema, given), given, now);
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.fields;
    throw error;
  }
}
