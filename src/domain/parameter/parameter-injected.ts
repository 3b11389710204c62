/** Which values of a run are injected: those that somebody gave, and those that the notebook does not assign itself. */
import { AppError } from '../error.ts';
import { sameJson } from '../text/json.ts';
import type { DeclaredParameter, Language } from './language.ts';
import type { ParametersSchema, ParameterValues } from './parameter.ts';
import type { Refinement } from './parameter-refine.ts';

/**
 * Names of the parameters whose default is what the parameters cell assigns, and nothing else. A default of a sidecar,
 * of the metadata or of a preface is not, nor is one that the schema turns into a literal of another type.
 */
export function ownDefaults(
  declared: readonly DeclaredParameter[],
  refinements: readonly Refinement[],
  schema: ParametersSchema,
  language: Language,
): string[] {
  return declared.flatMap(({ name, schema: own, converts }) => {
    const merged = schema.properties[name];
    const isOwn =
      converts !== true &&
      own.default !== undefined &&
      merged?.default !== undefined &&
      refinements.every(({ properties }) => properties[name]?.default === undefined) &&
      (merged === own || literalOf(language, own) === literalOf(language, merged));
    return isOwn ? [name] : [];
  });
}

function literalOf(language: Language, schema: ParametersSchema['properties'][string]): string | undefined {
  try {
    return language.writeLiteral(schema.default ?? null, schema);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

interface Injectable {
  readonly given: ParameterValues;
  readonly parameters: ParameterValues;
  /** A form sends every field, so a value that is still the default was not given. */
  readonly trigger: string;
}

/** Of a `Script`. */
interface Injected {
  readonly schema: ParametersSchema;
  readonly ownDefaults?: readonly string[];
  readonly called?: readonly string[];
}

/**
 * The values to inject after the parameters cell. A default of that cell is left out: the cell has assigned it, and may
 * have gone on to change it (`+=`, `append`, `if`). A relative date is put in, for the cell cannot resolve it.
 */
export function injectedValues(
  { given, parameters, trigger }: Injectable,
  { schema, ownDefaults: own = [], called = [] }: Injected,
): ParameterValues {
  const isForm = trigger === 'form' || trigger === 'again';
  return Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => {
      if (called.includes(name)) return false;
      const isDefault = own.includes(name) && sameJson(value, schema.properties[name]?.default ?? null);
      return !isDefault || (!isForm && Object.hasOwn(given, name));
    }),
  );
}
