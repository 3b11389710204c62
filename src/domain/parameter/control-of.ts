/** Which control a parameter gets: the author's own wish, or else what its type says. */
import { takesSeveral } from './choice.ts';
import { isSlider } from './control/control-number.ts';
import { formatOf } from './format/all.ts';
import { fileRule } from './parameter-file.ts';
import { isRange } from './parameter-range.ts';
import { widgetProblem } from './parameter-widget.ts';
import { allowsNull, type Control, isPassword, type ParameterSchema, typesOf } from './parameter.ts';

export function controlOf(schema: ParameterSchema): Control {
  if (isPassword(schema)) return 'password';
  if (fileRule(schema) !== undefined) return 'file';
  if (schema['x-choices'] !== undefined) return takesSeveral(schema) ? 'multiselect' : 'select';
  if (schema['x-widget'] !== undefined && widgetProblem(schema) === undefined) return widgetOf(schema);
  const [type, ...more] = typesOf(schema);
  if (schema.enum !== undefined) return 'select';
  if (type === undefined) return 'text';
  if (more.length > 0)
    return typesOf(schema).every((name) => name === 'integer' || name === 'number') ? 'number' : 'text';
  const optional = allowsNull(schema) || schema['x-source'] !== undefined;
  switch (type) {
    case 'boolean':
      return optional ? 'select' : 'switch';
    case 'integer':
    case 'number':
      return isSlider(schema) && !optional ? 'slider' : 'number';
    case 'array':
      return arrayControl(schema);
    case 'object':
      return 'json';
    default:
      return textControl(schema);
  }
}

/** A range of dates has fields for dates. */
function widgetOf(schema: ParameterSchema): Control {
  const { 'x-widget': widget = 'text', items } = schema;
  return isRange(schema) ? (items?.format === undefined ? 'range' : 'date-range') : widget;
}

function arrayControl(schema: ParameterSchema): Control {
  if (schema.items?.enum !== undefined) return 'multiselect';
  return isListOfScalars(schema) || isEmptyList(schema) ? 'list' : 'json';
}

function textControl(schema: ParameterSchema): Control {
  const { format, default: fallback, maxLength = 0 } = schema;
  if (format === 'textarea') return 'textarea';
  const isLong = (typeof fallback === 'string' && (fallback.includes('\n') || fallback.length > 80)) || maxLength > 200;
  return formatOf(schema)?.control ?? (isLong ? 'textarea' : 'text');
}

function isListOfScalars({ items = {} }: ParameterSchema): boolean {
  const types = typesOf(items);
  return types.length > 0 && types.every((type) => type !== 'array' && type !== 'object');
}

/** The type of the content is unknown: what a reader writes is read like the text of a link. */
function isEmptyList({ items, default: fallback }: ParameterSchema): boolean {
  return items === undefined && Array.isArray(fallback) && fallback.length === 0;
}
