/**
 * Converts a value as it was given (text of a form, link or command line; JSON of a request) to the type of its
 * parameter.
 */
import { withoutStacks } from '../text/stackless.ts';
import { isExactNumber, isJsonObject, type Json } from '../text/json.ts';
import { exactNumber, floatNumber, parseExactJson, UnsafeNameError } from '../text/json-exact.ts';
import { JsonTextError, parseJsonText } from '../text/json-text.ts';
import { readDecimalText, readIntegerText } from '../text/number-text.ts';
import { formatOf } from './format/all.ts';
import { allowsNull, type ParameterSchema, takesAnything, typesOf } from './parameter.ts';
import { expectation } from './parameter-expectation.ts';
import { fileRule } from './parameter-file.ts';
import { readEntries, readItems, ValueProblem } from './parameter-problem.ts';
import { isRange, rangeParts } from './parameter-range.ts';
import { checkCount, checkSize, VALUE_LIMITS } from './parameter-size.ts';

const TRUE = /^(true|yes|on|1|y|t)$/i;
const FALSE = /^(false|no|off|0|n|f)$/i;

/** Relative dates stay unchanged. Throws `ValueProblem`. */
export function coerce(given: Json, schema: ParameterSchema): Json {
  if (given === null && allowsNull(schema)) return null;
  if (schema.enum !== undefined) return choose(given, schema.enum) ?? refuse(schema);
  const types = typesOf(schema);
  if (types.length === 0) return typeof given === 'string' ? untyped(given) : given;
  for (const type of [...types].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))) {
    const value = ofType(type, given, types.length === 1 ? schema : { ...schema, type: type as 'string' });
    if (value !== undefined) return value;
  }
  return refuse(schema);
}

/** Text that fits several types is read as the first of these. */
const ORDER = ['boolean', 'integer', 'number', 'array', 'object', 'string'];

export function refuse(schema: ParameterSchema): never {
  throw new ValueProblem(`${fileRule(schema) === undefined ? 'Enter' : 'Upload'} ${expectation(schema)}.`);
}

function choose(given: Json, choices: readonly Json[]): Json | undefined {
  const { byJson, byWord } = indexOf(choices);
  const same =
    byJson.get(JSON.stringify(given)) ??
    (isExactNumber(given) ? byJson.get(JSON.stringify(Number(given.rawJSON))) : undefined);
  if (same !== undefined || typeof given !== 'string') return same;
  const word = given.trim();
  const number = readDecimalText(word);
  return (
    byWord.get(word) ??
    byJson.get(String(booleanOf(word))) ??
    (typeof number === 'number' ? byJson.get(JSON.stringify(number)) : undefined)
  );
}

interface ChoiceIndex {
  readonly byJson: ReadonlyMap<string | undefined, Json>;
  readonly byWord: ReadonlyMap<string, Json>;
}

/** Cached for each list of choices: many values may be chosen from long lists. */
const indexes = new WeakMap<readonly Json[], ChoiceIndex>();

function indexOf(choices: readonly Json[]): ChoiceIndex {
  const known = indexes.get(choices);
  if (known !== undefined) return known;
  // of equal ones the first counts
  const reversed = choices.toReversed();
  const index = {
    byJson: new Map(reversed.map((choice): [string, Json] => [JSON.stringify(choice), choice])),
    byWord: new Map(
      reversed.map((choice): [string, Json] => [
        typeof choice === 'string' ? choice.trim() : JSON.stringify(choice),
        choice,
      ]),
    ),
  };
  indexes.set(choices, index);
  return index;
}

function ofType(type: string, sent: Json, schema: ParameterSchema): Json | undefined {
  const isNumeric = type === 'integer' || type === 'number';
  const given = isNumeric && isExactNumber(sent) ? sent.rawJSON : sent;
  switch (type) {
    case 'boolean':
      return typeof given === 'string' ? booleanOf(given.trim()) : typeof given === 'boolean' ? given : undefined;
    case 'integer':
      if (typeof given === 'string') return readIntegerText(given);
      return Number.isSafeInteger(given) ? given : undefined;
    case 'number':
      if (typeof given === 'string')
        return schema['x-native'] === 'decimal' ? exactDecimal(given) : readDecimalText(given);
      return typeof given === 'number' ? given : undefined;
    case 'array':
      return list(given, schema);
    case 'object':
      return object(typeof given === 'string' && given.trimStart().startsWith('{') ? json(given) : given, schema);
    default:
      return typeof given === 'string' ? textValue(given, schema) : undefined;
  }
}

function booleanOf(text: string): boolean | undefined {
  return TRUE.test(text) ? true : FALSE.test(text) ? false : undefined;
}

/** A decimal keeps its digits as text if a double would lose some, including the last zero of 1.10. */
function exactDecimal(text: string): Json | undefined {
  const value = readDecimalText(text);
  const plain = text.trim();
  return /^-?\d+(\.\d+)?$/.test(plain) && String(Number(plain)) !== plain ? plain : value;
}

function list(given: Json, schema: ParameterSchema): Json | undefined {
  const { items = {} } = schema;
  if (Array.isArray(given)) return typed(given as Json[], items);
  if (typeof given !== 'string') return undefined;
  if (given.trimStart().startsWith('[')) {
    const parsed = takesText(items) ? jsonIfMeant(given.trim()) : json(given);
    if (parsed !== undefined) return Array.isArray(parsed) ? typed(parsed as Json[], items) : undefined;
  }
  const whole = given.trim();
  if (isRange(schema)) {
    const ends = rangeParts(whole);
    if (ends.length !== 2) refuse(schema);
    return readItems(ends, (part) => coerce(part, items));
  }
  if (items.enum?.includes(whole) === true) return [whole];
  const separator = /[\r\n]/.test(whole) ? /\r?\n/ : whole.includes(';') ? ';' : ',';
  const parts = whole
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  checkCount(parts.length);
  return readItems(parts, (part) => coerce(part, items));
}

function takesText(items: ParameterSchema): boolean {
  return takesAnything(items) || typesOf(items).includes('string');
}

function typed(values: readonly Json[], items: ParameterSchema): Json[] {
  return readItems(values, (item) => coercePart(item, items));
}

function object(given: Json, { additionalProperties: values = {}, 'x-keys': keys }: ParameterSchema): Json | undefined {
  return isJsonObject(given)
    ? readEntries(
        given,
        (name) => nameOf(keyOf(name, keys)),
        (part) => coercePart(part, values),
      )
    : undefined;
}

/** The key that a name in JSON stands for: 5 for `"5"` if keys are whole numbers. Throws `ValueProblem`. */
export function keyOf(name: string, keys: ParameterSchema = {}): Json {
  return coercePart(name, keys);
}

/** The name of a key in JSON, the reverse of `keyOf`. */
export function nameOf(key: Json): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}

/** If any type is allowed, a text stays a text. */
function coercePart(part: Json, schema: ParameterSchema): Json {
  return takesAnything(schema) ? part : coerce(part, schema);
}

/** JSON text with exact numbers. */
function json(text: string): Json {
  try {
    // Names the mistake, and bounds the depth before anything recurses.
    checkSize(parseJsonText(text));
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof ValueProblem) throw error;
    if (error instanceof UnsafeNameError) throw new ValueProblem(error.message, { cause: error });
    if (!(error instanceof JsonTextError))
      throw new ValueProblem('Enter valid JSON; it does not allow NaN and Infinity.', { cause: error });
    throw new ValueProblem(`Enter valid JSON: line ${error.line}, column ${error.column}: ${error.message}.`, {
      cause: error,
    });
  }
}

/** Begins as JSON does, so that a mistake in it is named. `[draft] note` is a text. */
const MEANT_AS_JSON = /^(?:\{\s*["}]|\[\s*["[{\]])/;

/** As `json` where the text is JSON or is meant as such; undefined for a text that only begins with a bracket. */
function jsonIfMeant(text: string): Json | undefined {
  if (!']}'.includes(text.trimEnd().at(-1) ?? ' ') && !MEANT_AS_JSON.test(text)) return undefined;
  try {
    // a list may have thousands of such texts
    return withoutStacks(() => json(text));
  } catch (error) {
    if (error instanceof ValueProblem && error.cause !== undefined && !MEANT_AS_JSON.test(text)) return undefined;
    throw error;
  }
}

/** How papermill reads a text without a type: as JSON or a number if it is one, else as text. */
function untyped(text: string): Json {
  const word = text.trim();
  if (/^(true|false|null)$/i.test(word)) return JSON.parse(word.toLowerCase()) as Json;
  if (/^(none)$/i.test(word) || word === '') return null;
  if (/^[[{]/.test(word)) return jsonIfMeant(word) ?? text;
  if (/^".*"$/s.test(word)) return json(word);
  return numberOf(word) ?? text;
}

/** Whole numbers keep all digits; a leading zero marks a text (`007`). Undefined for what Python reads as no number. */
function numberOf(word: string): Json | undefined {
  if (word.length > VALUE_LIMITS.digits) return undefined;
  const plain = word.replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[+-]?(?:0|[1-9]\d*)$/.test(plain)) return exactNumber(String(BigInt(plain.replace('+', ''))));
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) || /^[+-]?0\d*$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? floatNumber(value) : undefined;
}

function textValue(text: string, schema: ParameterSchema): string | undefined {
  return formatOf(schema)?.read(text) ?? text.replaceAll('\r\n', '\n');
}
