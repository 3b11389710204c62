/** Whether the control that an author wants can hold the parameter's values. */
import { isRange } from './parameter-range.ts';
import { type Control, type ParameterSchema, typesOf } from './parameter.ts';

/** What a control needs: the end of a sentence that begins with its name. Absent: any text or type will do. */
const NEEDS: Partial<Record<Control, readonly [(schema: ParameterSchema) => boolean, string]>> = {
  number: [isNumber, 'is for a number'],
  slider: [(schema) => isNumber(schema) && isBounded(schema), 'needs a number with minimum and maximum'],
  range: [isPair, 'needs a list whose items are numbers or dates'],
  'date-range': [isPair, 'needs a list whose items are numbers or dates'],
  switch: [(schema) => typesOf(schema).join() === 'boolean', 'is for true and false'],
  select: [hasChoices, 'needs choices: enum'],
  radio: [hasChoices, 'needs choices: enum'],
  multiselect: [
    ({ items, 'x-choices': choices }) => items?.enum !== undefined || choices !== undefined,
    'needs choices for its items: items.enum',
  ],
  list: [({ type }) => type === 'array', 'is for a list'],
  date: [isText, 'is for a text'],
  datetime: [isText, 'is for a text'],
  time: [isText, 'is for a text'],
  color: [isText, 'is for a text'],
  email: [isText, 'is for a text'],
  url: [isText, 'is for a text'],
  file: [({ format, items }) => format === 'file' || items?.format === 'file', 'needs "format": "file"'],
};

const BOUNDS = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
] as const;

/** What is wrong with the schema as a whole, as the end of a sentence that begins with its name; undefined: nothing. */
export function widgetProblem(schema: ParameterSchema): string | undefined {
  const crossed = BOUNDS.find(([least, most]) => Number(schema[least]) > Number(schema[most]));
  if (crossed !== undefined) return `has a ${crossed[0]} above its ${crossed[1]}, so no value would be valid`;
  const widget = schema['x-widget'];
  const [fits, need] = widget === undefined ? [] : (NEEDS[widget] ?? []);
  if (fits === undefined || fits(schema)) return schema.items === undefined ? undefined : widgetProblem(schema.items);
  return `cannot be a ${widget}, which ${need}`;
}

/** With what a control implies: a colour is a text with the format of colours, a range has two items. */
export function withWidget(schema: ParameterSchema): ParameterSchema {
  const format = schema.format === undefined ? FORMATS[schema['x-widget'] ?? 'text'] : undefined;
  if (format !== undefined && isText(schema)) return { ...schema, format };
  return isRange(schema) && isPair(schema) ? { ...schema, minItems: 2, maxItems: 2 } : schema;
}

const FORMATS: Partial<Record<Control, string>> = {
  date: 'date',
  datetime: 'date-time',
  time: 'time',
  color: 'color',
  email: 'email',
  url: 'uri',
};

function isNumber(schema: ParameterSchema): boolean {
  const types = typesOf(schema);
  return types.length > 0 && types.every((type) => type === 'integer' || type === 'number');
}

function isBounded({ minimum, maximum }: ParameterSchema): boolean {
  return minimum !== undefined && maximum !== undefined && minimum < maximum;
}

function isPair({ type, items = {} }: ParameterSchema): boolean {
  return [type].flat().includes('array') && (isNumber(items) || /^date(-time)?$/.test(items.format ?? ''));
}

function isText(schema: ParameterSchema): boolean {
  return typesOf(schema).join() === 'string' && schema.enum === undefined;
}

function hasChoices(schema: ParameterSchema): boolean {
  return schema.enum !== undefined || schema['x-choices'] !== undefined || typesOf(schema).join() === 'boolean';
}
