/** Choices that come from elsewhere than the schema: their texts and their pages. */
import type { Json } from '../text/json.ts';
import type { ParameterSchema, ParametersSchema } from './parameter.ts';

/** One choice. `value` is the text that forms send for it. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Names of the parameters whose choices come from elsewhere. */
export function choiceNames({ properties }: ParametersSchema): string[] {
  return Object.keys(properties).filter((name) => properties[name]?.['x-choices'] !== undefined);
}

/** The schema of one chosen value. */
export function chosenSchema(schema: ParameterSchema): ParameterSchema {
  return takesSeveral(schema) ? (schema.items ?? { type: 'string' }) : schema;
}

export function takesSeveral({ type }: ParameterSchema): boolean {
  return type === 'array';
}

/** The text that a form sends for a value; empty: none. */
export function choiceText(value: Json): string {
  return value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** The chosen values as texts; those that choose nothing are left out. */
export function chosenTexts(value: Json | undefined): string[] {
  const all = Array.isArray(value) ? (value as Json[]) : [value ?? null];
  return all.map(choiceText).filter((text) => text !== '');
}

export interface ChoicePage {
  readonly choices: readonly Choice[];
  /** How many the search finds. */
  readonly total: number;
  /** Where the next page begins; absent: this is the last. */
  readonly next?: number;
}

/** Those whose label or value has all words of the search, in their order. */
export function pageOf(
  choices: readonly Choice[],
  { search = '', offset = 0, limit }: { readonly search?: string; readonly offset?: number; readonly limit: number },
): ChoicePage {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found =
    words.length === 0
      ? choices
      : choices.filter(({ value, label }) => {
          const text = label === value ? label.toLowerCase() : `${label}\n${value}`.toLowerCase();
          return words.every((word) => text.includes(word));
        });
  const next = offset + limit;
  return {
    choices: found.slice(offset, next),
    total: found.length,
    ...(next < found.length ? { next } : {}),
  };
}
