/** Where choices come from, as authors declare it. */
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts';

/** Rows of a CSV file in the script's folder. `where`: column -> the input whose value it must have. */
export interface CsvRule {
  readonly csv: string;
  /** Column of the values; absent: the first. */
  readonly value?: string;
  /** Column of the labels; absent: the values. */
  readonly label?: string;
  readonly where?: Readonly<Record<string, string>>;
}

export type ChoiceRule = CsvRule;

export const CHOICE_WORDS =
  'an object such as {"csv": "stores.csv", "value": "id", "label": "name", "where": {"region": "region"}}';

const CSV_KEYS = ['csv', 'value', 'label', 'where'];

export function isChoiceRule(value: Json): boolean {
  return isJsonObject(value) && isCsv(value);
}

function isCsv(rule: JsonObject): boolean {
  const { csv, value, label, where = {} } = rule;
  const texts = [csv, value ?? 'x', label ?? 'x', ...(isJsonObject(where) ? Object.values(where) : [null])];
  return (
    Object.keys(rule).every((key) => CSV_KEYS.includes(key)) &&
    texts.every((text) => typeof text === 'string' && text !== '')
  );
}

/** The inputs whose values decide which choices there are. */
export function choiceInputs(rule: ChoiceRule): string[] {
  return [...new Set(Object.values(rule.where ?? {}))];
}
