/** A time, and a date with a time, and its zone where the author wants one: two fields of the same name. */
import { hasOffset, zoneOf } from '../format/moment.ts';
import type { ControlRule } from './control.ts';
import { valueText } from './control-text.ts';

/** A time of day without seconds that are zero, where the code has a type that cannot tell. */
export const timeControl: ControlRule = (schema, start) => {
  const value = valueText(start, schema);
  return { value: schema['x-native'] === 'time' ? value.replace(/^(\d\d:\d\d):00$/, '$1') : value };
};

export const momentControl: ControlRule = (schema, start) => {
  if (schema['x-zone'] !== true) return { value: valueText(start, schema) };
  // what was sent before is in two parts, the second of which is a zone also where the first is empty
  const [text, sent = ''] = [start].flat().map((part) => (typeof part === 'string' ? part : ''));
  const { moment, zone = sent } = zoneOf(text ?? '');
  const value = valueText(moment, schema).replace(/(?<=\d)(?=(Z|[+-]\d\d:\d\d)$)/, ' ');
  return { value: hasOffset(moment) ? value : valueText(moment, schema), zone };
};
