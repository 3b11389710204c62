/**
 * The YAML between `---` lines in a first text cell: Mercury's apps, Quarto and R Markdown documents.
 * Sources: https://runmercury.com/docs/yaml-parameters/ and https://quarto.org/docs/authoring/front-matter.html
 */
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';
import type { Cell } from '../domain/notebook/notebook.ts';
import type { ParameterSchema } from '../domain/parameter/parameter.ts';
import { plainType } from '../domain/parameter/parameter-type.ts';
import type { Refinement } from '../domain/parameter/parameter-refine.ts';
import { readYaml } from './yaml-text.ts';

export interface Header extends Refinement {
  readonly title?: string;
  readonly description?: string;
  readonly owner?: string;
  readonly showCode?: boolean;
}

/** Undefined if the cell is not a header. Throws `invalid` with a problem if its YAML is invalid. */
export function readHeader(cell: Cell | undefined): Header | undefined {
  const [, yaml] =
    cell === undefined || cell.type === 'code'
      ? []
      : (/^\s*---[ \t]*\r?\n([\s\S]*?)\r?\n---\s*$/.exec(cell.source) ?? []);
  if (yaml === undefined) return undefined;
  const header = readYaml(yaml, { file: 'the first cell', line: 2 });
  return isJsonObject(header) ? { ...about(header), ...parameters(header.params) } : undefined;
}

function about(header: JsonObject): Partial<Header> {
  const author = isJsonObject(header.author) ? header.author.name : header.author;
  const texts = { title: header.title, description: header.description ?? header.subtitle, owner: author };
  const code = header['show-code'];
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => typeof value === 'string' && value !== '')),
    ...(typeof code === 'boolean' ? { showCode: code } : {}),
  };
}

function parameters(params: Json | undefined): Refinement {
  const entries = isJsonObject(params) ? Object.entries(params) : [];
  return { properties: Object.fromEntries(entries.map(([name, value]) => [name, readParameter(value)])), required: [] };
}

/** A scalar is the default; an object with `value`, `input` or `label` describes the field. */
function readParameter(value: Json): ParameterSchema {
  if (!isJsonObject(value) || !['value', 'input', 'label'].some((key) => Object.hasOwn(value, key)))
    return { ...typeOf(value), default: value };
  const { label, value: start, input } = value;
  const choices = Array.isArray(value.choices) ? (value.choices as Json[]) : undefined;
  const several = value.multi === true || value.multiple === true;
  const type =
    choices === undefined
      ? inputType(String(input ?? ''), value)
      : several
        ? ({ type: 'array', items: { enum: choices } } as const)
        : { enum: choices };
  return {
    ...type,
    ...(typeof label === 'string' ? { title: label } : {}),
    ...(start === undefined || start === null ? {} : { default: several && !Array.isArray(start) ? [start] : start }),
  };
}

function inputType(input: string, settings: JsonObject): ParameterSchema {
  const { value, min, max, step } = settings;
  const whole = [value ?? 0, min ?? 0, max ?? 0, step ?? 1].flat().every(Number.isInteger);
  const number: ParameterSchema = {
    type: whole ? 'integer' : 'number',
    ...(typeof min === 'number' ? { minimum: min } : {}),
    ...(typeof max === 'number' ? { maximum: max } : {}),
  };
  switch (input) {
    case 'slider':
    case 'numeric':
      return number;
    case 'range':
      return { type: 'array', items: number, minItems: 2, maxItems: 2 };
    case 'checkbox':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'password':
      return { type: 'string', format: 'password' };
    case 'file':
      return { type: 'string', format: 'file' };
    case 'text':
      return { type: 'string', ...(Number(settings.rows) > 1 ? { format: 'textarea' } : {}) };
    default:
      return typeOf(value ?? '');
  }
}

/** `null` says nothing of the type. */
function typeOf(value: Json): ParameterSchema {
  return value === null ? {} : plainType(value);
}
