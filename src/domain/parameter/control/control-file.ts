/** Files that are uploaded, or are there already. */
import { defined } from '../../defined.ts';
import { isJsonObject, type Json } from '../../text/json.ts';
import type { FieldFile } from '../field.ts';
import { fileRule } from '../parameter-file.ts';
import type { ControlRule } from './control.ts';

export const fileControl: ControlRule = (schema, start) => {
  const rule = fileRule(schema);
  if (rule === undefined) return { value: '' };
  const isFile = (each: unknown): each is FieldFile =>
    isJsonObject(each as Json) && typeof (each as { value?: unknown }).value === 'string';
  return {
    value: '',
    files: ([start].flat() as unknown[]).filter(isFile),
    isSeveral: rule.isSeveral,
    ...defined({ accept: rule.each['x-accept']?.join(','), maxBytes: rule.each['x-max-bytes'] }),
    ...(typeof start === 'string' ? { placeholder: start } : {}),
  };
};
