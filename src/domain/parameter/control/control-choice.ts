/** One or several of the author's choices, and a switch. */
import type { Json } from '../../text/json.ts';
import type { FieldOption, FormWords } from '../field.ts';
import { allowsNull, type ParameterSchema, typesOf } from '../parameter.ts';
import type { ControlRule } from './control.ts';
import { optionText, valueText } from './control-text.ts';

export const selectControl: ControlRule = (schema, start, words) => {
  const values = schema.enum;
  const options = optionsOf(schema, schema, start, words);
  const isElsewhere = schema['x-choices'] !== undefined;
  const nullable = (isElsewhere ? undefined : values?.includes(null)) ?? allowsNull(schema);
  // a default that is none of the choices must not become another one silently
  const isLost = isElsewhere && !options.some(({ selected }) => selected);
  const isOpen = isLost || nullable || schema['x-source'] !== undefined || schema.default === undefined;
  const label = schema['x-source'] ?? schema['x-labels']?.[values?.indexOf(null) ?? -1] ?? words.none;
  const none = { value: '', label, selected: !options.some(({ selected }) => selected) };
  return { value: valueText(start, schema), options: isOpen ? [none, ...options] : options };
};

/** All choices in view; the one that leaves out the value is among them only where no value is valid. */
export const radioControl: ControlRule = (schema, start, words) => {
  const select = selectControl(schema, start, words);
  const isNullable = schema.type !== undefined && allowsNull(schema);
  const isOpen = isNullable || schema.enum?.includes(null) === true || schema['x-source'] !== undefined;
  return isOpen ? select : { ...select, options: select.options?.filter(({ value }) => value !== '') ?? [] };
};

export const multiselectControl: ControlRule = (schema, start, words) => ({
  value: valueText(start, schema),
  options: optionsOf(schema.items ?? {}, schema, start, words),
});

export const switchControl: ControlRule = (_schema, start) => ({ value: String(isTrue(start)) });

function optionsOf(listed: ParameterSchema, schema: ParameterSchema, start: Json, words: FormWords): FieldOption[] {
  const values = listed.enum ?? (typesOf(listed).includes('boolean') ? [true, false] : []);
  const labels = listed['x-labels'] ?? schema['x-labels'];
  const chosen = (Array.isArray(start) ? (start as Json[]) : [start]).map(optionText);
  return values.flatMap((value, index) => {
    const label = labels?.[index] ?? (typeof value === 'boolean' ? (value ? words.yes : words.no) : optionText(value));
    return value === null ? [] : [{ value: optionText(value), label, selected: chosen.includes(optionText(value)) }];
  });
}

function isTrue(value: Json): boolean {
  const last = Array.isArray(value) ? (value as Json[]).at(-1) : value;
  return last === true || (typeof last === 'string' && /^(true|yes|on|1)$/i.test(last.trim()));
}
