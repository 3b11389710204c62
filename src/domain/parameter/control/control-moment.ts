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
  const given = (Array.isArray(start) ? start : [start]) as readonly (string | null)[];
  const text = given.filter((part) => part !== null && part !== '').join(' ');
  const { moment, zone = '' } = zoneOf(text);
  const value = valueText(moment, schema).replace(/(?<=\d)(?=(Z|[+-]\d\d:\d\d)$)/, ' ');
  return { value: hasOffset(moment) ? value : valueText(moment, schema), zone };
};
