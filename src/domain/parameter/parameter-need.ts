/** Whether a run needs a value: said with the same words by form, API, command line and documentation. */
import { allowsNull, type ParametersSchema } from './parameter.ts';

/**
 * `required`: a run cannot begin without a value. `optional`: it may be left empty; the notebook gets nothing, or
 * computes the value. `default`: a value is there already, and applies where none is given.
 */
export type Need = 'required' | 'optional' | 'default';

export function needOf({ properties, required }: ParametersSchema, name: string): Need {
  if (required.includes(name)) return 'required';
  const schema = properties[name] ?? {};
  const isEmpty = schema.default === undefined || schema.default === null || schema.default === '';
  return isEmpty || (schema.type !== undefined && allowsNull(schema)) ? 'optional' : 'default';
}
