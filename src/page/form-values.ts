/** Converts a posted form or a pre-filling query to parameter values for the check. */
import { type Actor, permits } from '../domain/access/access.ts';
import type { FieldFile } from '../domain/parameter/field.ts';
import { fileNames } from '../domain/parameter/parameter-file.ts';
import type { Run } from '../domain/run/run.ts';
import { fileValuesOf, keptUpload } from '../domain/upload/upload.ts';
import { isPassword } from '../domain/parameter/parameter.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';

export type FormBody = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Our own fields (`_…`) are left out; unknown names stay for the check to report. */
export function formValues(body: FormBody): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      value === undefined || name.startsWith('_') ? [] : [[name, value]],
    ),
  );
}

/**
 * What the form of a run shows: the values that were given, with its files as those that are there already. Files of
 * somebody else are left out: only their sender may give them again.
 */
export function keptFiles(schema: ParametersSchema, run: Run, actor: Actor): Record<string, unknown> {
  const isOwn = permits(actor, { type: 'keep-run', by: run.by });
  const files = fileNames(schema).map((name): [string, FieldFile[]] => [
    name,
    isOwn
      ? fileValuesOf(run.given[name]).map((file) => ({
          value: keptUpload(run.id, file),
          name: file.name,
          sizeBytes: file.sizeBytes,
        }))
      : [],
  ]);
  return { ...run.given, ...Object.fromEntries(files) };
}

/** The part of a query that pre-fills the form: known parameters only, passwords never. */
export function prefillValues(schema: ParametersSchema, query: FormBody): Record<string, string | readonly string[]> {
  const isOpen = (name: string) => Object.hasOwn(schema.properties, name) && !isPassword(schema.properties[name]);
  return Object.fromEntries(Object.entries(formValues(query)).filter(([name]) => isOpen(name)));
}
