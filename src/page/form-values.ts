/** Converts a posted form or a pre-filling query to parameter values for the check. */
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

/** The part of a query that pre-fills the form: known parameters only, passwords never. */
export function prefillValues(schema: ParametersSchema, query: FormBody): Record<string, string | readonly string[]> {
  const isOpen = (name: string) => Object.hasOwn(schema.properties, name) && !isPassword(schema.properties[name]);
  return Object.fromEntries(Object.entries(formValues(query)).filter(([name]) => isOpen(name)));
}
