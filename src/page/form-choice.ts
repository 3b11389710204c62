/** The fields of a form whose choices come from elsewhere. */
import type { FieldChoices } from '../app/choice/choice-list.ts';
import { type Choice, choiceNames, chosenTexts, takesSeveral } from '../domain/parameter/choice.ts';
import { dependenciesOf } from '../domain/parameter/parameter-dependency.ts';
import type { ParameterSchema, ParametersSchema } from '../domain/parameter/parameter.ts';
import type { Json } from '../domain/text/json.ts';
import { CHOICE_WORDS } from './message/message-choice.ts';

/** What is known about the choices of each input; one that is absent was not asked for. */
export type ChoicesByName = ReadonlyMap<string, FieldChoices>;

export interface ChoicesView {
  /** Names of the inputs on which they depend, as JSON. */
  readonly inputs: string;
  /** How many there are. */
  readonly total: number;
  /** More than a page: they are searched. */
  readonly isMany: boolean;
  /** They have to be asked for. */
  readonly isPending: boolean;
  readonly problem: string;
  /** What is given, or the default, is no choice; said here unless the field has an error. */
  readonly notice: string;
  readonly detail: string;
  readonly search: string;
  readonly words: typeof CHOICE_WORDS;
}

/** What was looked for, by input, without JavaScript. */
export type Searches = Readonly<Record<string, string>>;

/** The values that the form shows: those that are no choices any more are replaced. */
export function shownValues(
  schema: ParametersSchema,
  given: Readonly<Record<string, unknown>>,
  known: ChoicesByName,
): Readonly<Record<string, unknown>> {
  const own = [...known].map(([name, { chosen }]): [string, Json] => {
    const texts = chosen.map(({ value }) => value);
    return [name, takesSeveral(schema.properties[name] ?? {}) ? texts : (texts[0] ?? null)];
  });
  return { ...given, ...Object.fromEntries(own) };
}

/**
 * The schema with a page of the choices, and what is chosen, as if the author had listed them. A default that is none
 * of them is none: the input is required.
 */
export function shownSchema(
  schema: ParametersSchema,
  given: Readonly<Record<string, unknown>>,
  known: ChoicesByName,
): ParametersSchema {
  const own = choiceNames(schema).map((name): [string, ParameterSchema] => {
    const property = schema.properties[name] ?? {};
    const start = Object.hasOwn(given, name) ? (given[name] as Json) : property.default;
    const listed = known.get(name);
    const chosen = listed?.chosen ?? chosenTexts(start).map((value) => ({ value, label: value }));
    const { default: usual, ...open } = property;
    const kept = usual === undefined || listed?.hasLostDefault === true ? open : property;
    return [name, withOptions(kept, withFirst(chosen, listed?.choices ?? []))];
  });
  const lost = own.map(([name]) => name).filter((name) => known.get(name)?.hasLostDefault === true);
  return {
    ...schema,
    properties: { ...schema.properties, ...Object.fromEntries(own) },
    required: [...new Set([...schema.required, ...lost])],
  };
}

/** The page, with what is chosen before it if it is on another one. */
function withFirst(chosen: readonly Choice[], page: readonly Choice[]): readonly Choice[] {
  const values = new Set(page.map(({ value }) => value));
  return [...chosen.filter(({ value }) => !values.has(value)), ...page];
}

function withOptions(schema: ParameterSchema, choices: readonly Choice[]): ParameterSchema {
  const listed = { enum: choices.map(({ value }) => value), 'x-labels': choices.map(({ label }) => label) };
  return takesSeveral(schema) ? { ...schema, items: { ...schema.items, ...listed } } : { ...schema, ...listed };
}

/** Undefined for an input whose choices the schema lists, and for every other input. */
export function choicesView(
  schema: ParameterSchema | undefined,
  listed: FieldChoices | undefined,
  search: string,
): ChoicesView | undefined {
  if (schema?.['x-choices'] === undefined) return undefined;
  return {
    inputs: JSON.stringify(dependenciesOf(schema)),
    total: listed?.total ?? 0,
    isMany: listed !== undefined && (listed.next !== undefined || search !== ''),
    isPending: listed === undefined || listed.isPending === true,
    problem: listed?.problem ?? '',
    notice: listed?.notice ?? '',
    detail: listed?.detail ?? '',
    search,
    words: CHOICE_WORDS,
  };
}
