/** When an input is shown: conditions on the values of other inputs, as data. Also evaluated in the browser. */
import { isExactNumber, isJsonObject, type Json, type JsonObject } from '../text/json.ts';

/** Input -> test; all must hold. Of a list of such objects, one must. */
export type VisibleWhen = JsonObject | readonly JsonObject[];

export const VISIBLE_WORDS =
  'an object of inputs and their values, such as {"kind": "custom"}, {"kind": ["a", "b"]} or ' +
  '{"rows": {"minimum": 5}}, or a list of such objects';

/** What decides whether an input is shown, and the value it has while it is not. */
export interface Visibility {
  readonly when: VisibleWhen | undefined;
  readonly usual: Json;
}

const TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  not: (value) => isScalar(value) || isScalars(value),
  minimum: (value) => typeof value === 'number',
  maximum: (value) => typeof value === 'number',
};

export function isVisibleWhen(value: Json): value is JsonObject | JsonObject[] {
  const all = Array.isArray(value) ? (value as Json[]) : [value];
  return all.length > 0 && all.every((one) => isJsonObject(one) && isConditions(one));
}

function isConditions(conditions: JsonObject): boolean {
  const tests = Object.values(conditions);
  return tests.length > 0 && tests.every(isTest);
}

function isTest(test: Json): boolean {
  if (!isJsonObject(test)) return isScalar(test) || isScalars(test);
  const parts = Object.entries(test);
  return (
    parts.length > 0 && parts.every(([name, value]) => Object.hasOwn(TESTS, name) && TESTS[name]?.(value) === true)
  );
}

function isScalar(value: Json): boolean {
  return value === null || isExactNumber(value) || typeof value !== 'object';
}

function isScalars(value: Json): boolean {
  return Array.isArray(value) && value.length > 0 && (value as Json[]).every(isScalar);
}

/** The inputs that a condition names. */
export function visibleInputs(when: VisibleWhen): string[] {
  return [...new Set(alternatives(when).flatMap((one) => Object.keys(one)))];
}

/** The inputs that a condition compares with bounds. */
export function boundedInputs(when: VisibleWhen): string[] {
  const tests = alternatives(when).flatMap((one) => Object.entries(one));
  const isBounded = (test: Json) => isJsonObject(test) && (test['minimum'] ?? test['maximum']) !== undefined;
  return [...new Set(tests.flatMap(([name, test]) => (isBounded(test) ? [name] : [])))];
}

function alternatives(when: VisibleWhen): readonly JsonObject[] {
  return Array.isArray(when) ? (when as readonly JsonObject[]) : [when as JsonObject];
}

/**
 * Names of the inputs that are not shown. One that is not shown has its usual value for the others. `valueOf`: the
 * value that an input has while it is shown, typed or as text. The conditions must not form a circle.
 */
export function hiddenNames(
  inputs: ReadonlyMap<string, Visibility>,
  valueOf: (name: string) => Json | undefined,
): Set<string> {
  const known = new Map<string, boolean>();
  const isHidden = (name: string): boolean => {
    const found = known.get(name);
    if (found !== undefined) return found;
    // also ends a circle
    known.set(name, false);
    const when = inputs.get(name)?.when;
    const hidden = when !== undefined && !alternatives(when).some((one) => holds(one, current));
    known.set(name, hidden);
    return hidden;
  };
  const current = (name: string): Json => (isHidden(name) ? inputs.get(name)?.usual : valueOf(name)) ?? null;
  return new Set([...inputs.keys()].filter(isHidden));
}

function holds(conditions: JsonObject, valueOf: (name: string) => Json): boolean {
  return Object.entries(conditions).every(([name, test]) => fits(valueOf(name), test));
}

function fits(value: Json, test: Json): boolean {
  if (!isJsonObject(test)) return isOneOf(value, test);
  const { not, minimum, maximum } = test;
  return (
    (not === undefined || !isOneOf(value, not)) &&
    (minimum === undefined || areAll(value, (number) => number >= Number(minimum))) &&
    (maximum === undefined || areAll(value, (number) => number <= Number(maximum)))
  );
}

/** Both values of a range, and all of a list, must be within the bounds; an empty list is not. */
function areAll(value: Json, isWithin: (number: number) => boolean): boolean {
  const values = Array.isArray(value) ? (value as Json[]) : [value];
  return values.length > 0 && values.every((one) => isWithin(numberOf(one)));
}

/** A value that is a list fits if one of its items does; an empty one is no value. */
function isOneOf(value: Json, wanted: Json): boolean {
  const values = Array.isArray(value) && value.length > 0 ? (value as Json[]) : [Array.isArray(value) ? null : value];
  return [wanted].flat().some((one) => values.some((each) => isSame(each, one as Json)));
}

function isSame(value: Json, wanted: Json): boolean {
  return textOf(value) === textOf(wanted) || (typeof wanted === 'number' && numberOf(value) === wanted);
}

function textOf(value: Json): string {
  return value === null ? '' : typeof value === 'string' ? value.trim() : JSON.stringify(value);
}

/** NaN for what is no number; a decimal comma is read as forms do. */
function numberOf(value: Json): number {
  const text = textOf(value);
  return text === '' ? NaN : Number(text.replace(',', '.'));
}
