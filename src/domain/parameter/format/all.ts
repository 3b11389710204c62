/** The registry of formats, by the schema's `format`. Those that no text has to fit are not in it. */
import type { ParameterSchema } from '../parameter.ts';
import { emailFormat, uriFormat } from './address.ts';
import { colorFormat } from './color.ts';
import { dateFormat } from './date.ts';
import type { TextFormat } from './format.ts';
import { momentFormat } from './moment.ts';
import { timeFormat } from './time.ts';

const FORMATS: ReadonlyMap<string, TextFormat> = new Map([
  ['date', dateFormat],
  ['date-time', momentFormat],
  ['time', timeFormat],
  ['email', emailFormat],
  ['uri', uriFormat],
  ['color', colorFormat],
]);

export function formatOf({ format = '' }: ParameterSchema): TextFormat | undefined {
  return FORMATS.get(format);
}
