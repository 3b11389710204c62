/** The form of a script: one field for each parameter, ready to be rendered. */
import { defined } from '../defined.ts';
import type { Json } from '../text/json.ts';
import { CONTROLS } from './control/all.ts';
import { controlOf } from './control-of.ts';
import type { Field, FormWords } from './field.ts';
import { type Need, needOf } from './parameter-need.ts';
import type { ParameterSchema, ParametersSchema } from './parameter.ts';

const WORDS: FormWords = { yes: 'Yes', no: 'No', none: '–' };

/** `given`: initial values instead of the defaults, typed or as text of a link; unknown names are ignored. */
export function formFields(
  schema: ParametersSchema,
  given: Readonly<Record<string, unknown>> = {},
  words: FormWords = WORDS,
): Field[] {
  return Object.entries(schema.properties).map(([name, property]) => {
    const start = Object.hasOwn(given, name) ? (given[name] as Json) : (property.default ?? null);
    return {
      ...described(name, property),
      ...needHints(needOf(schema, name)),
      ...started(property, start, words),
    };
  });
}

function needHints(need: Need): Pick<Field, 'required' | 'isOptional'> {
  return { required: need === 'required', ...(need === 'optional' ? { isOptional: true } : {}) };
}

function described(name: string, schema: ParameterSchema): Pick<Field, 'name' | 'label'> & Partial<Field> {
  const label = schema.title ?? labelOf(name);
  return {
    name,
    label,
    ...defined({
      help: schema.description?.toLowerCase() === label.toLowerCase() ? undefined : schema.description,
      placeholder: schema['x-source'] ?? schema['x-placeholder'],
      minLength: schema.minLength,
      maxLength: schema.maxLength,
      pattern: schema.pattern,
      unit: schema['x-unit'],
      group: schema['x-group'],
      ...(schema['x-group-folded'] === true ? { isGroupFolded: true as const } : {}),
    }),
  };
}

function started(schema: ParameterSchema, start: Json, words: FormWords): Pick<Field, 'control' | 'value'> {
  const usual = controlOf(schema);
  const control = usual === 'text' && typeof start === 'string' && start.includes('\n') ? 'textarea' : usual;
  return { control, ...CONTROLS[control](schema, start, words) };
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
