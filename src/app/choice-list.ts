/** The choices of the inputs of a script that come from elsewhere, for the values that the other inputs have now. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Actor } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import { type Choice, type ChoicePage, chosenSchema, chosenTexts, pageOf } from '../domain/parameter/choice.ts';
import { choiceInputs, type ChoiceRule } from '../domain/parameter/choice-rule.ts';
import { labelOf } from '../domain/parameter/form.ts';
import { readableValues } from '../domain/parameter/parameter-check.ts';
import { choiceOrder, dependenciesOf } from '../domain/parameter/parameter-dependency.ts';
import { allowsNull, type ParameterSchema, type ParametersSchema, typesOf } from '../domain/parameter/parameter.ts';
import { ChoiceError } from '../domain/script/choice-source.ts';
import type { ScriptContent } from '../domain/script/script.ts';
import type { Json } from '../domain/text/json.ts';
import type { AppContext } from './context.ts';
import { findScript } from './script-find.ts';

/** `search`, `offset`: of one page. A form shows so many at first. */
export const CHOICE_PAGE = { usual: 50, most: 500, searchChars: 200 };

/** The choices of one input. */
export interface FieldChoices extends ChoicePage {
  /** What is chosen: of the given values those that are still there, else the default, else nothing. */
  readonly chosen: readonly Choice[];
  /** Why there are none: a sentence. */
  readonly problem?: string;
  /** They are still being read. */
  readonly isPending?: true;
  /** For the operator: what happened, in detail. */
  readonly detail?: string;
}

export interface ChoiceQuery {
  readonly script: string;
  /** As given by a form, the API or the command line. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly timezone?: string;
  /** What to look for, by input; the others show their first page. */
  readonly searches?: Readonly<Record<string, string>>;
  readonly offset?: number;
  readonly limit?: number;
  /** Only these inputs and what they depend on; absent: all. */
  readonly fields?: readonly string[];
  /** How long to wait for one input; absent: as long as it takes. */
  readonly patienceMs?: number;
}

export type ChoiceContext = Pick<AppContext, 'scripts' | 'choices' | 'now' | 'timezone'>;

/**
 * By input, each after those that it depends on: these have their value kept or replaced before. Throws `not-found` and
 * `invalid` as `ScriptSource.read`; what is wrong with one input is its `problem`.
 */
export async function listChoices(
  ctx: ChoiceContext,
  actor: Actor,
  query: ChoiceQuery,
): Promise<ReadonlyMap<string, FieldChoices>> {
  await findScript(ctx, actor, query.script, 'run-script');
  const content = await ctx.scripts.read(query.script);
  const { schema } = content.script;
  checkFields(schema, query.fields);
  const now = { nowMs: ctx.now(), timezone: query.timezone ?? ctx.timezone };
  const { values } = readableValues(schema, query.values, now);
  const found = new Map<string, FieldChoices>();
  const wanted = withDependencies(schema, query.fields);
  for (const name of choiceOrder(schema)) {
    if (wanted?.has(name) === false) continue;
    const field = await fieldChoices(ctx, { content, name, values, query });
    found.set(name, actor.role === 'operator' ? field : withoutDetail(field));
    keepChosen(values, name, { schema, field });
  }
  const { fields } = query;
  return fields === undefined ? found : new Map([...found].filter(([name]) => fields.includes(name)));
}

function checkFields({ properties }: ParametersSchema, fields: readonly string[] = []): void {
  const wrong = fields.filter((name) => !Object.hasOwn(properties, name) || !properties[name]?.['x-choices']);
  if (wrong.length > 0)
    throw new AppError(
      'invalid',
      `There are no choices from elsewhere for ${wrong.map((name) => `“${name}”`).join(', ')}.`,
    );
}

/** The inputs and all that decide about them; undefined: all inputs. */
function withDependencies({ properties }: ParametersSchema, fields?: readonly string[]): Set<string> | undefined {
  if (fields === undefined) return undefined;
  const all = new Set(fields);
  // a set that grows is iterated to its end
  for (const name of all) for (const other of dependenciesOf(properties[name] ?? {})) all.add(other);
  return all;
}

function withoutDetail({ detail: _detail, ...field }: FieldChoices): FieldChoices {
  return field;
}

/** What the form will show is what further choices depend on. */
function keepChosen(
  values: Map<string, Json>,
  name: string,
  { schema, field }: { readonly schema: ParametersSchema; readonly field: FieldChoices },
): void {
  if (field.problem !== undefined || field.isPending === true) return;
  const before = values.get(name);
  const texts = field.chosen.map(({ value }) => value);
  if (schema.properties[name]?.type === 'array') {
    if (texts.length !== chosenTexts(before).length) values.set(name, texts);
  } else if (texts.length === 0) values.delete(name);
  else if (chosenTexts(before)[0] !== texts[0]) values.set(name, texts[0] ?? null);
}

interface Wanted {
  readonly content: ScriptContent;
  readonly name: string;
  readonly values: ReadonlyMap<string, Json>;
  readonly query: ChoiceQuery;
}

async function fieldChoices(ctx: ChoiceContext, { content, name, values, query }: Wanted): Promise<FieldChoices> {
  const schema = content.script.schema.properties[name] ?? {};
  const given = chosenTexts(values.get(name));
  const unknown = given.map((value) => ({ value, label: value }));
  try {
    const choices = await withPatience(loadChoices(ctx, content, name, values), query.patienceMs);
    if (choices === undefined) return { choices: [], total: 0, chosen: unknown, isPending: true };
    const kept = given.flatMap((text) => findChoice(choices, text, schema) ?? []);
    const usual = chosenTexts(schema.default).flatMap((text) => findChoice(choices, text, schema) ?? []);
    const page = pageOf(choices, {
      search: query.searches?.[name] ?? '',
      offset: query.offset ?? 0,
      limit: query.limit ?? CHOICE_PAGE.usual,
    });
    return { ...page, chosen: kept.length > 0 || given.length === 0 ? kept : usual };
  } catch (error) {
    if (!(error instanceof ChoiceError)) throw error;
    const { message, detail } = error;
    return { choices: [], total: 0, chosen: unknown, problem: message, ...(detail === undefined ? {} : { detail }) };
  }
}

/** Undefined: it takes longer. What goes on meanwhile is kept for the next request. */
async function withPatience<T>(work: Promise<T>, ms: number | undefined): Promise<T | undefined> {
  if (ms === undefined) return work;
  const stop = new AbortController();
  const late = wait(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  // its failure is told to whoever asks next
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => stop.abort());
}

/** All choices of an input. Throws `ChoiceError`. */
export async function loadChoices(
  ctx: Pick<ChoiceContext, 'choices'>,
  content: ScriptContent,
  name: string,
  values: ReadonlyMap<string, Json>,
): Promise<readonly Choice[]> {
  const { schema } = content.script;
  const rule = schema.properties[name]?.['x-choices'] as ChoiceRule;
  const inputs = choiceInputs(rule).map((input): [string, Json] => {
    const value = values.get(input);
    const { [input]: property = {} } = schema.properties;
    const isOpen = allowsNull(property) || property['x-source'] !== undefined || property.default !== undefined;
    if ((value === undefined || value === null) && !isOpen)
      throw new ChoiceError(`Fill in “${property.title ?? labelOf(input)}” first.`);
    return [input, value ?? null];
  });
  if (ctx.choices === undefined) throw new ChoiceError('This server lists no choices.');
  return ctx.choices.list({ content, rule, inputs: Object.fromEntries(inputs) });
}

/** The choice with this text; unless the input takes text, numbers are the same however they are written. */
export function findChoice(choices: readonly Choice[], text: string, schema: ParameterSchema): Choice | undefined {
  const same = choices.find(({ value }) => value === text);
  if (same !== undefined || typesOf(chosenSchema(schema)).includes('string')) return same;
  const number = text.trim() === '' ? NaN : Number(text);
  return choices.find(({ value }) => value.trim() !== '' && Number(value) === number);
}
