/** Values as text that `checkValues` reads back unchanged; the controls that are given nothing else. */
import type { Json } from '../../text/json.ts';
import { defined } from '../../defined.ts';
import type { ParameterSchema } from '../parameter.ts';
import type { ControlRule } from './control.ts';

const SHORT_JSON_CHARS = 32;

/** A line or several of text, and JSON. */
export const plainControl: ControlRule = (schema, start) => ({ value: valueText(start, schema) });

/** One line of text, with suggestions. */
export const textControl: ControlRule = (schema, start) => ({
  value: valueText(start, schema),
  ...defined({ suggestions: suggestionsOf(schema) }),
});

/** A password is never shown. */
export const passwordControl: ControlRule = () => ({ value: '' });

export function suggestionsOf({ examples }: ParameterSchema): readonly string[] | undefined {
  return examples?.map(optionText);
}

/** A value as the text of a choice. */
export function optionText(value: Json): string {
  return value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

export function valueText(value: Json, schema: ParameterSchema): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? plainText(value, schema) : jsonText(value);
}

function plainText(text: string, schema: ParameterSchema): string {
  if (schema.format === 'date-time') {
    const spaced = text.replace(/^(\d{4}-\d\d-\d\d)T(?=\d)/, '$1 ');
    return schema['x-native'] === 'datetime' ? spaced.replace(/^(.{16}):00$/, '$1') : spaced;
  }
  return schema.type === undefined && isAmbiguous(text) ? JSON.stringify(text) : text;
}

/** On one line if that fits into the field. */
function jsonText(value: Json): string {
  const short = JSON.stringify(value);
  return short.length <= SHORT_JSON_CHARS ? short : JSON.stringify(value, null, 2);
}

/** Text that would be read as something else if no type is known. */
export function isAmbiguous(text: string): boolean {
  return /^(true|false|null|none|[[{"].*|[+-]?[\d.]+(e[+-]?\d+)?)?$/is.test(text.trim());
}
