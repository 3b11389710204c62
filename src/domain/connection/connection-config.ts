/** The content of `link.config`, before any value is looked up: which keys are connections, and their problems. */
import type { ConnectionProblem } from './connection.ts';
import { WRAPPERS } from './connection-wrapper.ts';
import { isJsonObject } from '../text/json.ts';
import type { Json, JsonObject } from '../text/json.ts';

export interface ConfiguredConnection {
  /** Path of keys: `dbs.warehouse`. */
  readonly name: string;
  readonly wrapper: string;
  /** The constructor's arguments as in the file. */
  readonly values: JsonObject;
  readonly problems: readonly ConnectionProblem[];
}

export interface ConnectionConfig {
  readonly connections: readonly ConfiguredConnection[];
  /** Entries that are not connections but seem to be meant as such. */
  readonly problems: readonly ConnectionProblem[];
  /** Settings of `link` itself that every script gets: where further wrappers are, and how it logs. */
  readonly shared: JsonObject;
}

/** `line 3, column 5` for a path of keys, or undefined if unknown. */
export type Locate = (path: readonly string[]) => string | undefined;

const SHARED = ['external_wrapper_directories', 'external_wrapper_packages', 'msg'];
/** `link` takes an object with such a key for a value from elsewhere. */
const TAKEN = ['env', 'ssm'];
/** What `link` reads of any connection in addition to the constructor's arguments. */
const COMMON = ['wrapper', 'wrap_name', '__cmds__', 'aws_secret_manager_key'];

export function readConnectionConfig(config: JsonObject, locate: Locate): ConnectionConfig {
  const shared = Object.fromEntries(Object.entries(config).filter(([key]) => SHARED.includes(key)));
  const hasOwnWrappers = Object.keys(shared).some((key) => key.startsWith('external_wrapper'));
  const connections: ConfiguredConnection[] = [];
  const problems: ConnectionProblem[] = [];

  function visit(value: Json, path: readonly string[]): void {
    const name = path.join('.');
    if (!isJsonObject(value)) {
      problems.push(
        at(locate(path), {
          what: `"${name}" is not a connection.`,
          remedy: 'A connection is an object with a "wrapper".',
        }),
      );
    } else if ('wrapper' in value) {
      const { wrapper, ...values } = value;
      const found = [
        ...checkName(path, locate),
        ...checkConnection(String(wrapper), values, { path, locate, hasOwnWrappers }),
      ];
      connections.push({ name, wrapper: String(wrapper), values, problems: found });
    } else if (path.length > 0 && !isEmpty(value) && !Object.values(value).some(isJsonObject)) {
      problems.push(
        at(locate(path), {
          what: `"${name}" has no "wrapper".`,
          remedy: 'Name the class that opens it, for example "wrapper": "PostgresDB".',
        }),
      );
    } else {
      for (const [key, item] of Object.entries(value))
        if (path.length > 0 || !SHARED.includes(key)) visit(item, [...path, key]);
    }
  }
  visit(config, []);
  return { connections, problems, shared };
}

interface Place {
  readonly path: readonly string[];
  readonly locate: Locate;
  readonly hasOwnWrappers: boolean;
}

function checkConnection(
  wrapper: string,
  values: JsonObject,
  { path, locate, hasOwnWrappers }: Place,
): ConnectionProblem[] {
  const kind = Object.hasOwn(WRAPPERS, wrapper) ? WRAPPERS[wrapper] : undefined;
  if (!kind) {
    if (hasOwnWrappers) return [];
    const near = nearest(wrapper, Object.keys(WRAPPERS));
    const remedy = near ? `Did you mean ${near}?` : `Known are ${Object.keys(WRAPPERS).join(', ')}.`;
    return [at(locate([...path, 'wrapper']), { what: `There is no wrapper "${wrapper}".`, remedy })];
  }
  // A login may come from the AWS secret manager: then arguments that it can provide are not missing.
  const absent = kind.required.filter((key) => isAbsent(values[key]));
  const missing = absent.map((key) =>
    at(locate(path), { what: `"${key}" is missing.`, remedy: `${wrapper} needs it.` }),
  );
  const known = kind.optional && [...kind.required, ...kind.optional, ...COMMON];
  const unknown = Object.keys(values)
    .filter((key) => known && !known.includes(key))
    .map((key) => {
      const near = nearest(key, known ?? []);
      const remedy = near
        ? `Did you mean "${near}"?`
        : `${wrapper} takes ${[...kind.required, ...(kind.optional ?? [])].join(', ')}.`;
      return at(locate([...path, key]), { what: `${wrapper} has no "${key}".`, remedy });
    });
  return [...missing, ...unknown];
}

function checkName(path: readonly string[], locate: Locate): ConnectionProblem[] {
  const word = path.slice(1).find((each) => TAKEN.includes(each));
  return word === undefined
    ? []
    : [
        at(locate(path), {
          what: `Nothing in a group can be called "${word}": link reads it as a value from elsewhere.`,
          remedy: 'Rename it.',
        }),
      ];
}

function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}

function isEmpty(value: JsonObject): boolean {
  return Object.keys(value).length === 0;
}

function at(where: string | undefined, problem: ConnectionProblem): ConnectionProblem {
  return where === undefined ? problem : { ...problem, where };
}

/** The known word that differs by at most two letters, ignoring case. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const best = known
    .map((name) => ({ name, distance: distance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= 2 ? best.name : undefined;
}

/** Levenshtein distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
