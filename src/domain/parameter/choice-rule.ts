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

/** A query on a connection. `:name` stands for the value of that input, which is bound, never pasted. */
export interface QueryRule {
  readonly connection: string;
  /** Its first column is the value, its second the label. */
  readonly query: string;
}

/** A function of a cell tagged `choices`. Only the parser of code may set it. */
export interface FunctionRule {
  readonly function: string;
  /** Its arguments. */
  readonly inputs: readonly string[];
}

export type ChoiceRule = CsvRule | QueryRule | FunctionRule;

export const CHOICE_WORDS =
  'an object such as {"csv": "stores.csv", "value": "id", "label": "name", "where": {"region": "region"}} or ' +
  '{"connection": "shop", "query": "select id, name from stores where region = :region"}';

const CSV_KEYS = ['csv', 'value', 'label', 'where'];

export function isChoiceRule(value: Json): boolean {
  return isJsonObject(value) && (isCsv(value) || isQuery(value));
}

const CONNECTION = /^[A-Za-z][A-Za-z0-9_.-]{0,100}$/;
const MOST_QUERY_CHARS = 20_000;

function isQuery({ connection, query, ...others }: JsonObject): boolean {
  return (
    Object.keys(others).length === 0 &&
    typeof connection === 'string' &&
    CONNECTION.test(connection) &&
    typeof query === 'string' &&
    query.trim() !== '' &&
    query.length <= MOST_QUERY_CHARS
  );
}

/** Quoted texts and names, comments and casts, in which a colon is a colon; then a placeholder. As in `_sql.py`. */
const SQL_PARTS = /'[^']*(?:'|$)|"[^"]*(?:"|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|::|(?<![\w:]):([A-Za-z_]\w*)(?!\w|:)/g;

/** The names of a query's placeholders, each once. */
export function placeholdersOf(query: string): string[] {
  return [...new Set([...query.matchAll(SQL_PARTS)].flatMap(([, name]) => (name === undefined ? [] : [name])))];
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
  if ('query' in rule) return placeholdersOf(rule.query);
  return 'function' in rule ? [...rule.inputs] : [...new Set(Object.values(rule.where ?? {}))];
}
