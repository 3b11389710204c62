/** Parameter names and values as people read them. */
import { labelOf } from '../domain/parameter/form.ts';
import type { Json } from '../domain/text/json.ts';
import { visibilities } from '../domain/parameter/parameter-dependency.ts';
import { isRange } from '../domain/parameter/parameter-range.ts';
import type { ParameterSchema, ParametersSchema, ParameterValues } from '../domain/parameter/parameter.ts';
import { hiddenNames } from '../domain/parameter/parameter-visible.ts';
import { readFileValue } from '../domain/upload/upload.ts';
import type { Run } from '../domain/run/run.ts';
import { message } from './message/message.ts';

const MAX_CHARS = 48;
const NOTHING = '–';

/** All values of a run; relative dates as they were given. */
export function shownValues(run: Run): ParameterValues {
  return { ...run.parameters, ...run.given };
}

export interface ValueView {
  readonly label: string;
  readonly text: string;
}

/**
 * The values of a run in the author's order (names that the script no longer has come last), without those of inputs
 * that the other values hide.
 */
export function valueViews(values: ParameterValues, schema: ParametersSchema | undefined): ValueView[] {
  const properties = schema?.properties ?? {};
  const hidden = hiddenNames(visibilities(properties), (name) => values[name] ?? properties[name]?.default);
  const names = [
    ...Object.keys(properties).filter((name) => name in values && !hidden.has(name)),
    ...Object.keys(values).filter((name) => !(name in properties)),
  ];
  return names.map((name) => ({
    label: properties[name]?.title ?? labelOf(name),
    text: withUnit(valueText(values[name] ?? null, properties[name]), properties[name]),
  }));
}

/** `Region: EU, From: -28d`: for a table row or a line below a title. */
export function valuesText(values: ParameterValues, schema: ParametersSchema | undefined): string {
  return valueViews(values, schema)
    .map(({ label, text }) => `${label}: ${text}`)
    .join(', ');
}

function withUnit(text: string, schema: ParameterSchema | undefined): string {
  const unit = schema?.['x-unit'];
  return unit === undefined || text === NOTHING ? text : `${text} ${unit}`;
}

function valueText(value: Json, schema: ParameterSchema | undefined): string {
  if (value === null || value === '') return NOTHING;
  const file = readFileValue(value);
  if (file !== undefined && (schema === undefined || schema.format === 'file')) return cut(file.name);
  if (Array.isArray(value)) {
    const items = value.map((item) => valueText(item as Json, schema?.items));
    return cut(items.join(schema !== undefined && isRange(schema) ? ' – ' : ', '));
  }
  const index = schema?.enum?.findIndex((choice) => choice === value) ?? -1;
  const label = schema?.['x-labels']?.[index];
  if (label !== undefined) return label;
  if (typeof value === 'boolean') return value ? message.script.yes : message.script.no;
  if (typeof value !== 'string') return cut(JSON.stringify(value));
  return cut(
    schema?.format === 'date-time' ? value.replace(/^(\d{4}-\d\d-\d\d)T/, '$1 ').replace(/\[(.*)\]$/, ' $1') : value,
  );
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_CHARS ? line : `${line.slice(0, MAX_CHARS - 1)}…`;
}
