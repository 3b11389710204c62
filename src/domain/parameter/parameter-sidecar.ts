/** A JSON Schema written by an author (sidecar or notebook metadata), as a refinement: checked, every mistake named. */
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { acceptList } from '../upload/upload-type.ts';
import { CONTROLS } from './control/all.ts';
import type { ParameterSchema } from './parameter.ts';
import type { Refinement } from './parameter-refine.ts';
import { CHOICE_WORDS, isChoiceRule } from './choice-rule.ts';
import { isVisibleWhen, VISIBLE_WORDS } from './parameter-visible.ts';
import { readPattern } from './pattern.ts';

export interface SidecarReading extends Refinement {
  /** One sentence each, which begins with the path: `properties.rows.minimum must be a number.` */
  readonly problems: readonly string[];
}

/** The entry with what the author sets for the script as a whole. */
export const SIDECAR_OWN = 'x-script-runner';

type Test = (value: Json) => boolean;
const isNumber: Test = (value) => typeof value === 'number';
const isCount: Test = (value) => Number.isInteger(value) && (value as number) >= 0;
const isText: Test = (value) => typeof value === 'string';
const isFlag: Test = (value) => typeof value === 'boolean';
const isTexts: Test = (value) => Array.isArray(value) && value.every(isText);

const isScheme = (value: string) => /^[a-z][a-z0-9+.-]*$/.test(value);

const TYPES = ['string', 'integer', 'number', 'boolean', 'array', 'object', 'null'];
const WIDGETS = Object.keys(CONTROLS);
const NATIVES = ['date', 'datetime', 'time', 'path', 'decimal', 'tuple', 'set', 'bytes'];

const KEYWORDS: Readonly<Record<string, readonly [Test, string]>> = {
  type: [
    (value) => [value].flat().every((type) => TYPES.includes(String(type))),
    `one of ${TYPES.join(', ')}, or a list of them`,
  ],
  title: [isText, 'text'],
  description: [isText, 'text'],
  format: [isText, 'text'],
  default: [() => true, ''],
  enum: [(value) => Array.isArray(value) && value.length > 0, 'a list with at least one value'],
  examples: [Array.isArray, 'a list'],
  minimum: [isNumber, 'a number'],
  maximum: [isNumber, 'a number'],
  exclusiveMinimum: [isNumber, 'a number'],
  exclusiveMaximum: [isNumber, 'a number'],
  multipleOf: [(value) => isNumber(value) && (value as number) > 0, 'a number above 0'],
  minLength: [isCount, 'a whole number from 0'],
  maxLength: [isCount, 'a whole number from 0'],
  minItems: [isCount, 'a whole number from 0'],
  maxItems: [isCount, 'a whole number from 0'],
  pattern: [isText, 'text'],
  uniqueItems: [isFlag, 'true or false'],
  items: [isJsonObject, 'a schema'],
  additionalProperties: [isJsonObject, 'a schema'],
  'x-keys': [isJsonObject, 'a schema'],
  'x-widget': [(value) => WIDGETS.includes(String(value)), `one of ${WIDGETS.join(', ')}`],
  'x-native': [(value) => NATIVES.includes(String(value)), `one of ${NATIVES.join(', ')}`],
  'x-source': [isText, 'text'],
  'x-labels': [isTexts, 'a list of texts'],
  'x-accept': [isTexts, 'a list of texts such as ".csv" or "image/*"'],
  'x-max-bytes': [(value) => isCount(value) && (value as number) > 0, 'a whole number of bytes above 0'],
  'x-choices': [isChoiceRule, CHOICE_WORDS],
  'x-visible-when': [isVisibleWhen, VISIBLE_WORDS],
  'x-schemes': [(value) => isTexts(value) && (value as string[]).every(isScheme), 'a list of texts such as "https"'],
  'x-zone': [isFlag, 'true or false'],
  'x-pattern-message': [isText, 'text'],
  'x-language': [isText, 'text'],
  'x-unit': [(value) => isText(value) && (value as string).length <= 24, 'text of at most 24 characters'],
  'x-placeholder': [isText, 'text'],
  'x-group': [isText, 'text'],
  'x-group-folded': [isFlag, 'true or false'],
  'x-order': [isNumber, 'a number'],
};

const BOUNDS = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
] as const;

/** True if the keyword may have this value; `x-class` is for parsers of code only. */
export function isKeyword(key: string, value: Json): boolean {
  return Object.hasOwn(KEYWORDS, key) && KEYWORDS[key]?.[0](value) === true;
}

/** Forms of more inputs cannot be used, and take long to read. */
const MOST_INPUTS = 5000;

/** Keywords that promise a check which is not done. */
const UNSUPPORTED = [
  '$ref',
  '$defs',
  'allOf',
  'anyOf',
  'not',
  'if',
  'then',
  'else',
  'prefixItems',
  'contains',
  'patternProperties',
  'dependentRequired',
  'dependentSchemas',
  'properties',
  'required',
  'propertyNames',
  'minProperties',
  'maxProperties',
];

const SUBSCHEMAS = ['items', 'additionalProperties', 'x-keys'];

/**
 * Reads `{properties: {name: schema}, required}`, or the map of names to schemas alone. What is said of the script as a
 * whole is only checked to be an object.
 */
export function readSidecar(value: Json): SidecarReading {
  if (!isJsonObject(value)) return { properties: {}, required: [], problems: ['The top level must be a JSON object.'] };
  const whole = isJsonObject(value.properties) && typeof value.properties.type !== 'string';
  const map = whole ? (value.properties as JsonObject) : value;
  const path = whole ? 'properties.' : '';
  const count = Object.keys(map).length;
  if (count > MOST_INPUTS)
    return { properties: {}, required: [], problems: [`There are ${count} inputs; the limit is ${MOST_INPUTS}.`] };
  const problems: string[] = [];
  if (whole && value.required !== undefined && !isTexts(value.required))
    problems.push('required must be a list of names.');
  if (value[SIDECAR_OWN] !== undefined) problems.push(...ownProblems(value[SIDECAR_OWN]));
  const properties = Object.fromEntries(
    Object.entries(map)
      .filter(([name]) => whole || (!name.startsWith('$') && name !== SIDECAR_OWN))
      .map(([name, schema]) => [name, readSchema(schema, `${path}${name}`, problems)]),
  );
  const required = whole && isTexts(value.required ?? []) ? ((value.required ?? []) as readonly string[]) : [];
  for (const name of required)
    if (!Object.hasOwn(properties, name)) problems.push(`required names “${name}”, which has no schema here.`);
  return { properties, required: required.filter((name) => Object.hasOwn(properties, name)), problems };
}

function ownProblems(own: Json): readonly string[] {
  if (!isJsonObject(own)) return [`${SIDECAR_OWN} must be an object of settings, such as {"needs": ["gpu"]}.`];
  return own.parameters === undefined ? [] : [`${SIDECAR_OWN}.parameters belongs to the top level of this file.`];
}

function readSchema(value: Json, path: string, problems: string[]): ParameterSchema {
  if (!isJsonObject(value)) {
    problems.push(`${path} must be a schema, that is, a JSON object.`);
    return {};
  }
  const schema: Record<string, Json> = {};
  for (const [key, part] of Object.entries({ ...withoutFileKeys(value), ...labelledChoices(value) })) {
    const keyword = Object.hasOwn(KEYWORDS, key) ? KEYWORDS[key] : undefined;
    if (UNSUPPORTED.includes(key))
      problems.push(`${path}.${key} is not supported, so it would not be checked: leave it out.`);
    else if (keyword !== undefined && !keyword[0](part)) problems.push(`${path}.${key} must be ${keyword[1]}.`);
    else if (key === 'pattern' && typeof readPattern(String(part)) === 'string')
      problems.push(`${path}.pattern ${readPattern(String(part)) as string}.`);
    else if (keyword !== undefined)
      schema[key] = SUBSCHEMAS.includes(key) ? (readSchema(part, `${path}.${key}`, problems) as Json) : part;
  }
  for (const [least, most] of BOUNDS) {
    if ((schema[least] as number) > (schema[most] as number))
      problems.push(`${path}.${least} is above ${most}, so no value would be valid.`);
  }
  if (
    Array.isArray(schema['x-labels']) &&
    schema['x-labels'].length !== (schema.enum as readonly Json[] | undefined)?.length
  ) {
    problems.push(`${path}.x-labels must have one label for each value of enum.`);
  }
  return schema as ParameterSchema;
}

/** `accept`, `maxBytes` and `multiple` of a file, as HTML and other tools spell them, in our own keys. */
function withoutFileKeys(schema: JsonObject): JsonObject {
  if (schema.format !== 'file') return schema;
  const { accept, maxBytes, multiple, format, type: _type, default: start, ...rest } = schema;
  const file: JsonObject = {
    type: 'string',
    format,
    ...(accept === undefined ? {} : { 'x-accept': typeof accept === 'string' ? acceptList(accept) : accept }),
    ...(maxBytes === undefined ? {} : { 'x-max-bytes': maxBytes }),
  };
  const own = start === undefined ? {} : { default: start };
  return multiple === true ? { ...rest, ...own, type: 'array', items: file } : { ...rest, ...own, ...file };
}

/** JSON Schema's forms for a fixed value, and for choices with labels: `const`, `oneOf: [{const, title}]`. */
function labelledChoices(schema: JsonObject): JsonObject {
  const { const: fixed, oneOf } = schema;
  if (fixed !== undefined) return { enum: [fixed] };
  if (!Array.isArray(oneOf) || !oneOf.every((choice) => isJsonObject(choice) && choice.const !== undefined)) return {};
  const choices = oneOf as readonly JsonObject[];
  return {
    enum: choices.map((choice) => choice.const as Json),
    'x-labels': choices.map((choice) => String(choice.title ?? choice.const)),
  };
}
