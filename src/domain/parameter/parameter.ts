/**
 * Parameters of a script: one JSON Schema (draft 2020-12) drives the form, the API, the command line and links, in
 * whatever form the author declared them.
 */
import type { Json } from '../text/json.ts';
import type { ChoiceRule } from './choice-rule.ts';
import type { VisibleWhen } from './parameter-visible.ts';

/** The schema of one parameter. Keys with `x-` are our own; other tools may ignore them. */
export interface ParameterSchema {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'null' | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly enum?: readonly Json[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  /** Suggested to the reader of a text or number field; other values are accepted, too. */
  readonly examples?: readonly Json[];
  readonly items?: ParameterSchema;
  readonly uniqueItems?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** The schema of each value of an object. */
  readonly additionalProperties?: ParameterSchema;
  /** The schema of a dictionary's keys if they are not text: JSON allows only names, so `5` is `"5"` there. */
  readonly 'x-keys'?: ParameterSchema;
  /** The control that the author wants, if the type alone does not say. */
  readonly 'x-widget'?: Control;
  /**
   * The author's default if it is an expression: shown as placeholder; if the field stays empty, the notebook computes
   * it.
   */
  readonly 'x-source'?: string;
  /** The native type that the script expects if JSON has none: it determines the literal that the language writes. */
  readonly 'x-native'?: 'date' | 'datetime' | 'time' | 'path' | 'decimal' | 'tuple' | 'set' | 'bytes';
  /**
   * The script's own class whose members `enum` names: the literal is the member. Only the parser of code may set it.
   */
  readonly 'x-class'?: string;
  /** The list that holds the value for the code, beside a variable: `params$region` in R. Only headers may set it. */
  readonly 'x-list'?: string;
  /** Labels for the values of `enum`, in order. */
  readonly 'x-labels'?: readonly string[];
  /** Of a file: extensions (`.csv`) and MIME types (`image/*`), of which it has one; absent: all. */
  readonly 'x-accept'?: readonly string[];
  /** Of a file: its largest size. */
  readonly 'x-max-bytes'?: number;
  /** The input is shown, and takes a value, only while this holds; else its default applies. */
  readonly 'x-visible-when'?: VisibleWhen;
  /** Where its choices come from, if `enum` does not list them. */
  readonly 'x-choices'?: ChoiceRule;
  /** Of an address: what it may begin with (`https`, `s3`); absent: anything but code and content. */
  readonly 'x-schemes'?: readonly string[];
  /** Of a date with a time: it has an offset, so it is a moment wherever it is read. */
  readonly 'x-zone'?: boolean;
  /** Said instead of the `pattern`, which few people can read: a whole sentence. */
  readonly 'x-pattern-message'?: string;
  /** Of code: its language, as people call it. */
  readonly 'x-language'?: string;
  /** Of a number: what it counts (`km`), shown beside the field and the value. */
  readonly 'x-unit'?: string;
  /** Shown in the field while it is empty. */
  readonly 'x-placeholder'?: string;
  readonly 'x-group'?: string;
  /** The group begins folded; said of one of its parameters, it holds for the group. */
  readonly 'x-group-folded'?: boolean;
  /** Order in the form: lower first; parameters without one keep their order and come last. */
  readonly 'x-order'?: number;
}

/** The controls of a form. */
export type Control =
  | 'text'
  | 'textarea'
  | 'number'
  | 'slider'
  /** Two numbers, the lower first. */
  | 'range'
  | 'switch'
  | 'select'
  /** As a select, with all choices in view. */
  | 'radio'
  | 'multiselect'
  /** Several texts or numbers, one per line. */
  | 'list'
  | 'date'
  /** Two dates, the earlier first. */
  | 'date-range'
  | 'datetime'
  | 'time'
  | 'password'
  | 'color'
  | 'email'
  | 'url'
  | 'code'
  | 'file'
  | 'json';

/** All parameters of a script, in the author's order (the order of `properties`). */
export interface ParametersSchema {
  readonly $schema: 'https://json-schema.org/draft/2020-12/schema';
  readonly type: 'object';
  readonly properties: Readonly<Record<string, ParameterSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/**
 * Parameter values by name. JSON cannot express every value: see `"NaN"`, `"Infinity"` and big integers in the design.
 */
export type ParameterValues = Readonly<Record<string, Json>>;

export const NO_PARAMETERS: ParametersSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {},
  required: [],
  additionalProperties: false,
};

/** Names of the parameters whose values are secrets. */
export function passwordNames(schema: ParametersSchema): string[] {
  return Object.keys(schema.properties).filter((name) => isPassword(schema.properties[name]));
}

export function isPassword(schema: ParameterSchema | undefined): boolean {
  return schema?.format === 'password' || schema?.['x-widget'] === 'password';
}

/** The JSON types that a value may have, except `null`; empty: any. */
export function typesOf({ type }: ParameterSchema): string[] {
  const types = type === undefined ? [] : typeof type === 'string' ? [type] : type;
  return types.filter((name) => name !== 'null');
}

/** True if "no value" is a valid value. A schema without a type allows everything. */
export function allowsNull({ type }: ParameterSchema): boolean {
  return type === undefined || type === 'null' || (Array.isArray(type) && type.includes('null'));
}

/** True if every value is valid. */
export function takesAnything(schema: ParameterSchema): boolean {
  return schema.enum === undefined && typesOf(schema).length === 0;
}
