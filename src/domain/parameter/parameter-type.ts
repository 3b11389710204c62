/** The type of a parameter by its value. */
import type { Json } from '../text/json.ts';
import type { ParameterSchema } from './parameter.ts';

/** The schema of a value that has no other: its type in JSON Schema. */
export function plainType(value: Json): ParameterSchema {
  if (value === null) return { type: 'null' };
  if (Array.isArray(value)) return { type: 'array' };
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number' };
  return { type: typeof value as 'object' | 'string' | 'boolean' };
}
