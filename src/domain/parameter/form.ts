/** The form of a script: one field for each parameter, ready to be rendered. */
import { defined } from '../defined.ts';
import { isJsonObject, type Json } from '../text/json.ts';
import { isMultiple } from '../text/number-text.ts';
import { fileRule } from './parameter-file.ts';
import {
  allowsNull,
  type Control,
  isPassword,
  type ParameterSchema,
  type ParametersSchema,
  typesOf,
} from './parameter.ts';

export interface FieldOption {
  /** What the form sends. */
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

/**
 * One field. The form sends text under `name`. A `switch` sends `true` or nothing, so the form must send a hidden
 * `false` before it; likewise, a `multiselect` needs a hidden empty text (see `checkValues`).
 */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly control: Control;
  readonly required: boolean;
  readonly help?: string;
  /** Shown while the field is empty: the source of a default that the notebook computes. */
  readonly placeholder?: string;
  /** The initial text; for a `switch` `true` or `false`; for selects see `options`. Dates may be relative (`-7d`). */
  readonly value: string;
  /** Of `select` and `multiselect`. An option with an empty value means "not given". */
  readonly options?: readonly FieldOption[];
  readonly min?: number;
  readonly max?: number;
  /** The minimum or the default is negative: the keypad needs a minus. */
  readonly signed?: true;
  /** `any`: no steps. */
  readonly step?: number | 'any';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly group?: string;
  /** Suggested values, if others are accepted, too. */
  readonly suggestions?: readonly string[];
  /** Of a `file`: the files that are given already. */
  readonly files?: readonly FieldFile[];
  /** Of a `file`: as the attribute of HTML. */
  readonly accept?: string;
  readonly isSeveral?: boolean;
  /** Of a `file`: the largest size that the author accepts. */
  readonly maxBytes?: number;
}

/** A file that is there already: the form sends `value` for it. */
export interface FieldFile {
  readonly value: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** Labels in the reader's language, worded by the page. */
export interface FormWords {
  readonly yes: string;
  readonly no: string;
  /** Label of an option that leaves out the value. */
  readonly none: string;
}

const WORDS: FormWords = { yes: 'Yes', no: 'No', none: '–' };

/** `given`: initial values instead of the defaults, typed or as text of a link; unknown names are ignored. */
export function formFields(
  schema: ParametersSchema,
  given: Readonly<Record<string, unknown>> = {},
  words: FormWords = WORDS,
): Field[] {
  return Object.entries(schema.properties).map(([name, property]) => {
    const start = Object.hasOwn(given, name) ? (given[name] as Json) : (property.default ?? null);
    const usual = controlOf(property);
    const label = property.title ?? labelOf(name);
    const control = usual === 'text' && typeof start === 'string' && start.includes('\n') ? 'textarea' : usual;
    return {
      name,
      label,
      control,
      required: schema.required.includes(name),
      value:
        control === 'password' || control === 'file'
          ? ''
          : control === 'switch'
            ? String(isTrue(start))
            : textOf(start, property, control),
      ...(control === 'select' || control === 'multiselect'
        ? { options: optionsOf(property, start, control, words) }
        : {}),
      ...numberHints(property, control),
      ...fileHints(property, start),
      ...defined({
        help: property.description?.toLowerCase() === label.toLowerCase() ? undefined : property.description,
        placeholder: property['x-source'],
        minLength: property.minLength,
        maxLength: property.maxLength,
        pattern: property.pattern,
        group: property['x-group'],
        suggestions: control === 'text' || control === 'number' ? property.examples?.map(optionText) : undefined,
      }),
    };
  });
}

/** `start_date` -> `Start date`; names in mixed case are kept. */
export function labelOf(name: string): string {
  const words = name
    .replace(/[_.]+/g, ' ')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .trim();
  const plain = words === words.toUpperCase() && words.length > 4 ? words.toLowerCase() : words;
  return plain === '' ? name : plain.charAt(0).toUpperCase() + plain.slice(1);
}

function fileHints(schema: ParameterSchema, start: Json): Partial<Field> {
  const rule = fileRule(schema);
  if (rule === undefined) return {};
  const isFile = (each: unknown): each is FieldFile =>
    isJsonObject(each as Json) && typeof (each as { value?: unknown }).value === 'string';
  return {
    files: ([start].flat() as unknown[]).filter(isFile),
    isSeveral: rule.isSeveral,
    ...defined({ accept: rule.each['x-accept']?.join(','), maxBytes: rule.each['x-max-bytes'] }),
    ...(typeof start === 'string' ? { placeholder: start } : {}),
  };
}

const SHORT_JSON_CHARS = 32;

const FORMAT_CONTROLS: Readonly<Record<string, Control>> = {
  date: 'date',
  'date-time': 'datetime',
  time: 'time',
  password: 'password',
  color: 'color',
  textarea: 'textarea',
};

export function controlOf(schema: ParameterSchema): Control {
  if (isPassword(schema)) return 'password';
  if (fileRule(schema) !== undefined) return 'file';
  if (schema['x-widget'] !== undefined) return schema['x-widget'];
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
      return schema.items?.enum !== undefined
        ? 'multiselect'
        : isListOfScalars(schema) || isEmptyList(schema)
          ? 'list'
          : 'json';
    case 'object':
      return 'json';
    default:
      return textControl(schema);
  }
}

function textControl({ format = '', default: fallback, maxLength = 0 }: ParameterSchema): Control {
  const isLong = (typeof fallback === 'string' && (fallback.includes('\n') || fallback.length > 80)) || maxLength > 200;
  return FORMAT_CONTROLS[format] ?? (isLong ? 'textarea' : 'text');
}

/** Bounded on both sides, with few enough steps that each can be chosen; the default is one of them. */
function isSlider(schema: ParameterSchema): boolean {
  const { minimum, maximum, multipleOf } = schema;
  if (minimum === undefined || maximum === undefined || maximum <= minimum) return false;
  const whole = schema.type === 'integer';
  if (multipleOf === undefined) return whole ? maximum - minimum <= 1000 : maximum - minimum <= 100;
  return stepOf(schema) !== 'any' && (maximum - minimum) / multipleOf <= 1000;
}

/** Browsers count steps from the minimum, or else from the first value: a step that does not fit both is left out. */
function stepOf(schema: ParameterSchema): number | 'any' {
  const whole = typesOf(schema).join() === 'integer';
  const step = schema.multipleOf ?? (whole ? 1 : undefined);
  if (step === undefined) return 'any';
  const fits = [schema.minimum, schema.default].every((value) => typeof value !== 'number' || isMultiple(value, step));
  return fits ? step : 'any';
}

function isListOfScalars({ items = {} }: ParameterSchema): boolean {
  const types = typesOf(items);
  return types.length > 0 && types.every((type) => type !== 'array' && type !== 'object');
}

/** The type of the content is unknown: what a reader writes is read like the text of a link. */
function isEmptyList({ items, default: fallback }: ParameterSchema): boolean {
  return items === undefined && Array.isArray(fallback) && fallback.length === 0;
}

function numberHints(schema: ParameterSchema, control: Control): Pick<Field, 'min' | 'max' | 'step'> {
  if (control !== 'number' && control !== 'slider') return {};
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const whole = typesOf(schema).join() === 'integer';
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + (whole ? 1 : 0));
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - (whole ? 1 : 0));
  const signed = Number(low) < 0 || Number(schema.default) < 0;
  return { ...defined({ min: low, max: high }), ...(signed ? { signed } : {}), step: stepOf(schema) };
}

function optionsOf(schema: ParameterSchema, start: Json, control: Control, words: FormWords): FieldOption[] {
  const listed = control === 'multiselect' ? (schema.items ?? {}) : schema;
  const values = listed.enum ?? (typesOf(listed).includes('boolean') ? [true, false] : []);
  const labels = listed['x-labels'] ?? schema['x-labels'];
  const chosen = (Array.isArray(start) ? (start as Json[]) : [start]).map(optionText);
  const options = values.flatMap((value, index) => {
    const label = labels?.[index] ?? (typeof value === 'boolean' ? (value ? words.yes : words.no) : optionText(value));
    return value === null ? [] : [{ value: optionText(value), label, selected: chosen.includes(optionText(value)) }];
  });
  const nullable = schema.enum?.includes(null) ?? allowsNull(schema);
  const open = control === 'select' && (nullable || schema['x-source'] !== undefined || schema.default === undefined);
  if (!open) return options;
  const label = schema['x-source'] ?? labels?.[values.indexOf(null)] ?? words.none;
  return [{ value: '', label, selected: !options.some(({ selected }) => selected) }, ...options];
}

function optionText(value: Json): string {
  return value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value as text that `checkValues` reads back unchanged. */
function textOf(value: Json, schema: ParameterSchema, control: Control): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return plainText(value, schema);
  if (control !== 'list' || !Array.isArray(value)) return jsonText(value);
  const lines = (value as Json[]).map(optionText);
  const plain = lines.every(
    (line) => line !== '' && line.trim() === line && !/[\r\n]/.test(line) && !line.startsWith('['),
  );
  const isOpen =
    schema.items?.type === undefined && (value as Json[]).some((item) => typeof item === 'string' && isAmbiguous(item));
  const single = lines.length === 1 && /[;,]/.test(lines[0] ?? '');
  return plain && !single && !isOpen ? lines.join('\n') : JSON.stringify(value);
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
function isAmbiguous(text: string): boolean {
  return /^(true|false|null|none|[[{"].*|[+-]?[\d.]+(e[+-]?\d+)?)?$/is.test(text.trim());
}

function isTrue(value: Json): boolean {
  const last = Array.isArray(value) ? (value as Json[]).at(-1) : value;
  return last === true || (typeof last === 'string' && /^(true|yes|on|1)$/i.test(last.trim()));
}
