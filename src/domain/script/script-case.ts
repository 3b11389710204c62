/** The cases of a script: values with which `check --run` executes it, and what is expected then. */
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { problemError } from '../problem.ts';

export interface ScriptCase {
  /** Unique in the script; also the name of the folder of what is kept. */
  readonly name: string;
  readonly parameters: JsonObject;
  /** Password parameters: the name of the environment variable that has the value. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly outcome: string;
  /** Numbers are equal if they differ by no more than this part of the larger one. */
  readonly tolerance: number;
  /** Results and tables that are not compared. */
  readonly ignore: readonly string[];
}

const DEFAULT_CASE = 'default';
const TOLERANCE = 1e-9;
const OUTCOMES = ['succeeded', 'failed', 'timed-out', 'kernel-died', 'cancelled'];
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,79}$/u;
const KEYS = ['parameters', 'secrets', 'outcome', 'tolerance', 'ignore'];
const MOST_CASES = 200;

/** The case of a script that has none of its own: its defaults. */
export function defaultCase(): ScriptCase {
  return { name: DEFAULT_CASE, parameters: {}, secrets: {}, outcome: 'succeeded', tolerance: TOLERANCE, ignore: [] };
}

/** `value`: the content of `file`, a mapping of names to cases. Throws `invalid` with a problem. */
export function readCases(value: Json, file: string): ScriptCase[] {
  const cases = isJsonObject(value) ? Object.entries(value) : [];
  if (!isJsonObject(value) || cases.length === 0)
    throw wrong(
      file,
      'The file names no cases.',
      'Write a name and its values: january: {parameters: {month: 2026-01}}.',
    );
  if (cases.length > MOST_CASES)
    throw wrong(file, `The file has ${cases.length} cases; the limit is ${MOST_CASES}.`, 'Remove some.');
  return cases.map(([name, each]) => readCase(name, each, file));
}

function readCase(name: string, value: Json, file: string): ScriptCase {
  const place = `${file}, ${name}`;
  if (!NAME.test(name) || name.endsWith('.'))
    throw wrong(place, `“${name}” cannot be the name of a folder.`, 'Use letters, digits, spaces, “-”, “_” and “.”.');
  if (value !== null && !isJsonObject(value))
    throw wrong(place, 'The case is no mapping.', 'Write {} for the defaults.');
  const own: JsonObject = value ?? {};
  const unknown = Object.keys(own).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw wrong(place, `There is no “${unknown}” in a case.`, `Use ${KEYS.join(', ')}.`);
  const { parameters, secrets, outcome, tolerance, ignore } = own;
  const base = defaultCase();
  if (parameters !== undefined && parameters !== null && !isJsonObject(parameters))
    throw wrong(place, '“parameters” is no mapping.', 'Write names with values: {month: 2026-01}.');
  if (secrets !== undefined && !isTextMapping(secrets))
    throw wrong(
      place,
      '“secrets” is no mapping of texts.',
      'Write names of environment variables: {token: API_TOKEN}.',
    );
  if (outcome !== undefined && !OUTCOMES.includes(String(outcome)))
    throw wrong(place, `“${String(outcome)}” is no outcome.`, `Use one of ${OUTCOMES.join(', ')}.`);
  if (tolerance !== undefined && (typeof tolerance !== 'number' || !(tolerance >= 0 && tolerance < 1)))
    throw wrong(place, '“tolerance” is no part of a number.', 'Use a number from 0 to less than 1, such as 1e-6.');
  if (ignore !== undefined && !isTextList(ignore))
    throw wrong(place, '“ignore” is no list of names.', 'Name results and tables: [seconds].');
  return {
    name,
    parameters: isJsonObject(parameters) ? parameters : {},
    secrets: secrets ?? {},
    outcome: outcome === undefined ? base.outcome : String(outcome),
    tolerance: tolerance ?? base.tolerance,
    ignore: ignore ?? [],
  };
}

function isTextMapping(value: Json): value is Record<string, string> {
  return isJsonObject(value) && Object.values(value).every((each) => typeof each === 'string');
}

function isTextList(value: Json): value is string[] {
  return Array.isArray(value) && (value as Json[]).every((each) => typeof each === 'string');
}

function wrong(where: string, what: string, remedy: string): Error {
  return problemError({ what, where, remedy });
}
