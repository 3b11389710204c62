/** How the field of a parameter begins in its control. What a field sends is read by type: see `parameter-coerce`. */
import type { Json } from '../../text/json.ts';
import type { Field, FormWords } from '../field.ts';
import type { ParameterSchema } from '../parameter.ts';

/** What a control adds to its field. */
export type FieldStart = Pick<Field, 'value'> & Partial<Field>;

/**
 * `start`: the value to begin with, typed or as text of a link; null: none. Sent back unchanged, the field's text must
 * be read as the same value.
 */
export type ControlRule = (schema: ParameterSchema, start: Json, words: FormWords) => FieldStart;
