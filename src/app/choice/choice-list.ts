/** The choices of the inputs of a script that come from elsewhere, for the values that the other inputs have now. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Actor, isAuthor } from '../../domain/access/access.ts';
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import {
  type Choice,
  type ChoicePage,
  chosenSchema,
  chosenTexts,
  pageOf,
  takesSeveral,
} from '../../domain/parameter/choice.ts';
import { choiceInputs, type ChoiceRule } from '../../domain/parameter/choice-rule.ts';
import { labelOf } from '../../domain/parameter/form.ts';
import { readableValues } from '../../domain/parameter/parameter-check.ts';
import { choiceOrder, dependenciesOf } from '../../domain/parameter/parameter-dependency.ts';
import { allowsNull, type ParameterSchema, type ParametersSchema, typesOf } from '../../domain/parameter/parameter.ts';
import { ChoiceError } from '../../domain/script/choice-source.ts';
import type { ScriptContent } from '../../domain/script/script.ts';
import type { Json } from '../../domain/text/json.ts';
import type { AppContext } from '../context.ts';
import { findScript } from '../script/script-find.ts';

/** `search`, `offset`: of one page. A form shows so many at first. */
export const CHOICE_PAGE = { usual: 50, most: 500, searchChars: 200 };

/** How much of values a sentence repeats. */
export const QUOTED = { texts: 12, chars: 80 };

/** The choices of one input. */
export interface FieldChoices extends ChoicePage {
  /** What is chosen: of the given values those that are still there, else the default, else nothing. */
  readonly chosen: readonly Choice[];
  /** Why there are none: a sentence. */
  readonly problem?: string;
  /** What is given, or the default, is none of them: a sentence. */
  readonly notice?: string;
  /** The default is none of them: nothing is chosen until somebody chooses. */
  readonly hasLostDefault?: true;
  /** A run needs a value: the author says so, or the default is lost. */
  readonly isRequired?: true;
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
  const { values, hidden } = readableValues(schema, query.values, now);
  const found = new Map<string, FieldChoices>();
  const wanted = withDependencies(schema, query.fields);
  for (const name of choiceOrder(schema)) {
    if (wanted?.has(name) === false) continue;
    const field = await fieldChoices(ctx, { content, name, values, query, isHidden: hidden.has(name) });
    found.set(name, isAuthor(actor, content.script.name) ? field : withoutDetail(field));
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
  readonly isHidden: boolean;
}

async function fieldChoices(ctx: ChoiceContext, wanted: Wanted): Promise<FieldChoices> {
  const { content, name, values, query } = wanted;
  const schema = content.script.schema.properties[name] ?? {};
  // a text that is no value of its type is no choice either
  const raw = chosenTexts(Object.hasOwn(query.values, name) ? (query.values[name] as Json | undefined) : null);
  const given = chosenTexts(values.get(name) ?? (wanted.isHidden ? null : raw));
  const unknown = given.map((value) => ({ value, label: value }));
  const required = content.script.schema.required.includes(name) ? { isRequired: true as const } : {};
  try {
    const choices = await withPatience(loadChoices(ctx, content, name, values), query.patienceMs);
    if (choices === undefined) return { choices: [], total: 0, chosen: unknown, isPending: true, ...required };
    const usual = chosenAmong(choices, chosenTexts(schema.default), schema);
    const { kept, lost } = chosenAmong(choices, given, schema);
    const chosen = kept.length > 0 || given.length === 0 ? kept : usual.kept;
    const isOpen = takesSeveral(schema) || allowsNull(schema) || schema['x-source'] !== undefined;
    const said = { isGiven: raw.length > 0, isOpen, isDefault: chosen.length > 0 };
    const notice = wanted.isHidden || lost.length === 0 ? undefined : noticeOf(notChoices(lost, schema), said);
    const page = pageOf(choices, {
      search: query.searches?.[name] ?? '',
      offset: query.offset ?? 0,
      limit: query.limit ?? CHOICE_PAGE.usual,
    });
    const isLost = usual.lost.length > 0 && !isOpen;
    const lostDefault = isLost ? { hasLostDefault: true as const, isRequired: true as const } : required;
    return { ...page, chosen, ...defined({ notice }), ...lostDefault };
  } catch (error) {
    if (!(error instanceof ChoiceError)) throw error;
    const { message, detail } = error;
    return { choices: [], total: 0, chosen: unknown, problem: message, ...defined({ detail }), ...required };
  }
}

function chosenAmong(choices: readonly Choice[], texts: readonly string[], schema: ParameterSchema) {
  const found = texts.map((text) => [text, findChoice(choices, text, schema)] as const);
  return {
    kept: found.flatMap(([, choice]) => choice ?? []),
    lost: found.flatMap(([text, choice]) => (choice === undefined ? [text] : [])),
  };
}

function noticeOf(
  what: string,
  { isGiven, isOpen, isDefault }: { readonly isGiven: boolean; readonly isOpen: boolean; readonly isDefault: boolean },
): string {
  if (!isGiven) return `The default ${what}.${isDefault || isOpen ? '' : ' Choose one.'}`;
  if (isOpen) return `${what}.`;
  return isDefault ? `${what}. The default is chosen instead.` : `${what}. Choose one.`;
}

/** `“a”, “b” are not among the choices for the other values`: the beginning of a sentence. */
export function notChoices(texts: readonly string[], { 'x-choices': rule }: ParameterSchema): string {
  const quoted = texts.slice(0, QUOTED.texts).map((text) => `“${text.slice(0, QUOTED.chars)}”`);
  const named = quoted.join(', ') + (texts.length > QUOTED.texts ? ', …' : '');
  const others = rule === undefined || choiceInputs(rule).length === 0 ? '' : ' for the other values';
  return `${named} ${texts.length === 1 ? 'is not one of the choices' : 'are not among the choices'}${others}`;
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
