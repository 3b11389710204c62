/**
 * The YAML between `---` lines in a first text cell: Mercury's apps, Quarto and R Markdown documents.
 * Sources: https://runmercury.com/docs/yaml-parameters/ and https://quarto.org/docs/authoring/front-matter.html
 */
import { defined } from '../domain/defined.ts';
import { isMultiple } from '../domain/text/number-text.ts';
import type { Language } from '../domain/parameter/language.ts';
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';
import type { Cell } from '../domain/notebook/notebook.ts';
import { fileSchema } from '../domain/parameter/parameter-file.ts';
import type { ParameterSchema } from '../domain/parameter/parameter.ts';
import { plainType } from '../domain/parameter/parameter-type.ts';
import type { Refinement } from '../domain/parameter/parameter-refine.ts';
import { readYaml } from './yaml-text.ts';

export interface Header extends Refinement {
  readonly title?: string;
  readonly description?: string;
  readonly owner?: string;
  readonly showCode?: boolean;
  /** The entry `script_runner`: see `script-own`. */
  readonly own?: JsonObject;
}

/** Undefined if the cell is not a header. Throws `invalid` with a problem if its YAML is invalid. */
export function readHeader(cell: Cell | undefined, language: Language): Header | undefined {
  const [, yaml] =
    cell === undefined || cell.type === 'code'
      ? []
      : (/^\s*---[ \t]*\r?\n([\s\S]*?)\r?\n---\s*$/.exec(cell.source) ?? []);
  if (yaml === undefined) return undefined;
  const header = readYaml(yaml, { file: 'the first cell', line: 2, hasExpressions: true });
  return isJsonObject(header) ? { ...about(header), ...parameters(header.params, language) } : undefined;
}

function about(header: JsonObject): Partial<Header> {
  const author = isJsonObject(header.author) ? header.author.name : header.author;
  const texts = { title: header.title, description: header.description ?? header.subtitle, owner: author };
  const code = header['show-code'];
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => typeof value === 'string' && value !== '')),
    ...(typeof code === 'boolean' ? { showCode: code } : {}),
    ...ownSettings(header),
  };
}

/** Quarto's `draft: true` says the same as `publish: false`. */
function ownSettings({ script_runner: own, draft }: JsonObject): Pick<Header, 'own'> {
  const all = { ...(draft === true ? { publish: false } : {}), ...(isJsonObject(own) ? own : {}) };
  return Object.keys(all).length === 0 ? {} : { own: all };
}

function parameters(params: Json | undefined, language: Language): Refinement {
  const entries = isJsonObject(params) ? Object.entries(params) : [];
  const properties = entries.map(([name, value]) => [name, readParameter(value, language)] as const);
  return {
    properties: Object.fromEntries(
      properties.map(([name, schema]) => [name, language.id === 'r' ? { ...schema, 'x-list': 'params' } : schema]),
    ),
    required: [],
  };
}

/** A scalar is the default; an object with `value`, `input` or `label` describes the field. */
function readParameter(value: Json, language: Language): ParameterSchema {
  const expression = readExpression(value, language);
  if (expression !== undefined) return expression;
  if (!isJsonObject(value) || !['value', 'input', 'label'].some((key) => Object.hasOwn(value, key)))
    return { ...typeOf(value), default: value };
  const { label, value: start, input } = value;
  const { choices, labels } = readChoices(value.choices);
  const several = value.multi === true || value.multiple === true;
  const computed = readExpression(start, language);
  const type =
    choices === undefined
      ? { ...computed, ...inputType(String(input ?? ''), value, language) }
      : several
        ? ({ type: 'array', items: { enum: choices, ...labels } } as const)
        : { enum: choices, ...labels, ...(input === 'radio' ? ({ 'x-widget': 'radio' } as const) : {}) };
  return {
    ...type,
    ...(typeof label === 'string' ? { title: label } : {}),
    ...(computed !== undefined
      ? defined({ default: computed.default, 'x-source': computed['x-source'] })
      : start === undefined || start === null
        ? {}
        : { default: several && !Array.isArray(start) ? [start] : start }),
  };
}

/** `!r Sys.Date()`: a constant of the language is the default; of anything else the notebook computes it. */
function readExpression(value: Json | undefined, language: Language): ParameterSchema | undefined {
  const source = isJsonObject(value) ? value['!r'] : undefined;
  if (typeof source !== 'string') return undefined;
  const [declared] = language.id === 'r' ? language.readParameters(`x <- ${source.replaceAll('\n', ' ')}`) : [];
  return declared?.schema ?? { 'x-source': source };
}

/** A list of values, or R's names for them: `{North: n, South: s}`. */
function readChoices(choices: Json | undefined): {
  readonly choices?: readonly Json[];
  readonly labels?: Pick<ParameterSchema, 'x-labels'>;
} {
  if (Array.isArray(choices)) return { choices: choices as Json[], labels: {} };
  if (!isJsonObject(choices) || Object.keys(choices).length === 0) return {};
  return { choices: Object.values(choices), labels: { 'x-labels': Object.keys(choices) } };
}

function inputType(input: string, settings: JsonObject, language: Language): ParameterSchema {
  const { min, max, step } = settings;
  const value = isJsonObject(settings.value) ? undefined : settings.value;
  const whole = [value ?? 0, min ?? 0, max ?? 0, step ?? 1].flat().every(Number.isInteger);
  const number: ParameterSchema = {
    type: whole ? 'integer' : 'number',
    ...(typeof min === 'number' ? { minimum: min } : {}),
    ...(typeof max === 'number' ? { maximum: max } : {}),
  };
  switch (input) {
    case 'slider':
      // Shiny’s slider has two thumbs if its value has two numbers
      return isPair(value) ? rangeOf({ ...number, ...stepOf(min, step) }) : { ...number, ...stepOf(min, step) };
    case 'numeric':
      return number;
    case 'range':
      return rangeOf(number);
    case 'checkbox':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date', ...(language.id === 'r' ? { 'x-native': 'date' } : {}) };
    case 'textarea':
      return { type: 'string', format: 'textarea' };
    case 'password':
      return { type: 'string', format: 'password' };
    case 'file':
      return fileType(settings);
    case 'text':
      return { type: 'string', ...(Number(settings.rows) > 1 ? { format: 'textarea' } : {}) };
    default:
      return value === undefined && isJsonObject(settings.value) ? {} : typeOf(value ?? '');
  }
}

function isPair(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'number');
}

function rangeOf(items: ParameterSchema): ParameterSchema {
  return { type: 'array', items, minItems: 2, maxItems: 2, 'x-widget': 'range' };
}

/** Mercury's `maxFileSize` (`1MB`) and `multi`, Shiny's `accept` and `multiple`. */
function fileType({ accept, maxFileSize, multi, multiple }: JsonObject): ParameterSchema {
  const file = fileSchema(accept, maxFileSize);
  return multi === true || multiple === true ? { type: 'array', items: file } : file;
}

/** Left out where it says nothing, or does not fit the least value: no value would be valid. */
function stepOf(min: Json | undefined, step: Json | undefined): ParameterSchema {
  return typeof step === 'number' && step > 0 && step !== 1 && typeof min === 'number' && isMultiple(min, step)
    ? { multipleOf: step }
    : {};
}

/** `null` says nothing of the type. */
function typeOf(value: Json): ParameterSchema {
  return value === null ? {} : plainType(value);
}
