/** The type of an unquoted word of a shell-like language: number, boolean or text. */
import { readDecimalText, readIntegerText } from '../domain/text/number-text.ts';
import type { ParameterSchema } from '../domain/parameter/parameter.ts';

export function plainSchema(text: string): ParameterSchema {
  if (text === 'true' || text === 'false') return { type: 'boolean', default: text === 'true' };
  if (/^-?(0|[1-9]\d*)$/.test(text)) return { type: 'integer', default: readIntegerText(text) ?? text };
  if (/^-?(0|[1-9]\d*)?\.\d+$/.test(text)) return { type: 'number', default: readDecimalText(text) ?? text };
  return { type: 'string', default: text };
}
