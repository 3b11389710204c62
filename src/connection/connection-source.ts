/** The connections of a project folder: `.link/link.config`, checked, resolved, and given to scripts by the rules. */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type {
  ConnectionListing,
  ConnectionProblem,
  ConnectionSource,
  PreparedConnections,
} from '../domain/connection/connection.ts';
import { readConnectionConfig } from '../domain/connection/connection-config.ts';
import type { ConfiguredConnection } from '../domain/connection/connection-config.ts';
import type { ConnectionRule } from '../domain/connection/connection-rule.ts';
import { secretsOf } from '../domain/connection/connection-secret.ts';
import { connectionTarget, connectionUrl, shortName, urlVariable } from '../domain/connection/connection-url.ts';
import { resolveValues } from '../domain/connection/connection-value.ts';
import type { Lookups } from '../domain/connection/connection-value.ts';
import { AppError } from '../domain/error.ts';
import type { Json, JsonObject } from '../domain/text/json.ts';
import { secretProblem } from '../domain/mask/secret.ts';
import { PlainFileError, readPlainTextSync } from '../disk/plain-file.ts';
import { readLinkConfig } from './link-config.ts';
import { openProjectSecrets } from './secret-store.ts';

export interface ConnectionOptions {
  /** Absolute folder of `link.config`; it need not exist. */
  readonly folder: string;
  /** Absolute path of the scripts folder. */
  readonly scripts: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names of the variables that scripts get; absent: none. */
  readonly passed?: readonly string[];
  /** Who may see what. */
  readonly allows: ConnectionRule;
}

/** A connection with its values resolved. */
interface Connection {
  readonly name: string;
  readonly wrapper: string;
  readonly values: JsonObject;
  readonly secrets: readonly string[];
  readonly problems: readonly ConnectionProblem[];
  readonly warnings: readonly ConnectionProblem[];
}

const CONFIG_FILE = 'link.config';
/** Limit of a file from which a value is read. */
const SECRET_BYTES = 1_000_000;

/** The file is read again at each call: a change by the operator applies from the next run on. */
export function createConnectionSource(options: ConnectionOptions): ConnectionSource {
  const { folder, scripts, environment, passed = [], allows } = options;
  const path = join(folder, CONFIG_FILE);
  const project = dirname(folder);
  const lookups = createLookups(folder, environment);

  function read() {
    const { config, locate, problems } = readLinkConfig(path);
    const found = readConnectionConfig(config, locate);
    const connections = found.connections.map((entry) => resolveConnection(entry, lookups));
    return { connections, shared: found.shared, problems: [...problems, ...found.problems] };
  }

  /** `places`: absolute folders at which a relative path may start. */
  function prepare(
    directory: string,
    places: readonly string[],
    wanted: (connection: Connection) => boolean,
  ): PreparedConnections {
    const { connections, shared } = read();
    const seen = connections.filter(wanted);
    const usable = seen
      .filter(({ problems }) => problems.length === 0)
      .map((connection) => withAbsolutePath(connection, places));
    writeFileSync(join(directory, CONFIG_FILE), JSON.stringify(configOf(usable, shared)), { mode: 0o600 });
    return {
      environment: { LNK_DIR: directory, ...urlsOf(usable) },
      secrets: [
        ...new Set(
          connections.flatMap(({ secrets }) => secrets).filter((secret) => secretProblem(secret) === undefined),
        ),
      ],
      writablePaths: [
        ...new Set(
          usable
            .filter(({ wrapper }) => isSqlite(wrapper))
            .map(({ values }) => dirname(String(values.path)))
            .filter((path) => existsSync(path)),
        ),
      ],
      lacksConfig: !existsSync(path),
      switchedOff: seen
        .filter(({ problems }) => problems.length > 0)
        .map(({ name }) => ({
          name,
          notice: `The connection ${shortName(name)} is switched off. The operator finds the reason on the page /admin, or with script-runner doctor on the worker.`,
        })),
    };
  }

  return {
    forScript: async (script, directory) =>
      prepare(directory, [join(scripts, dirname(script)), project], ({ name }) => allows(script, name)),
    async forTest(name, directory) {
      const connection = read().connections.find((item) => item.name === name);
      if (!connection) throw new AppError('not-found', `There is no connection ${name}.`);
      const [problem] = connection.problems;
      if (problem) throw new AppError('invalid', [problem.what, problem.remedy].filter(Boolean).join(' '));
      return prepare(directory, [project, scripts], (item) => item.name === name);
    },
    async namesFor(script) {
      const { connections } = readConnectionConfig(readLinkConfig(path).config, () => undefined);
      const variables = passed.filter((name) => name.endsWith('_URL') && environment[name] !== undefined);
      return [...connections.map(({ name }) => name).filter((name) => allows(script, name)), ...variables];
    },
    async list() {
      const { connections, problems } = read();
      return { file: path, problems, warnings: openToOthers(path), connections: connections.map(listingOf) };
    },
  };
}

function createLookups(folder: string, environment: ConnectionOptions['environment']): Lookups {
  const file = (name: string): string => {
    const path = resolve(folder, name);
    try {
      return readPlainTextSync(path, SECRET_BYTES).replace(/\r?\n$/, '');
    } catch (error) {
      throw new AppError(
        'invalid',
        `The file ${path} cannot be read (${error instanceof PlainFileError ? error.message : ((error as NodeJS.ErrnoException).code ?? 'error')}).`,
      );
    }
  };
  const store = openProjectSecrets(folder, environment);
  return { variable: (name) => environment[name], file, secret: (name) => store.get(name) };
}

function resolveConnection(entry: ConfiguredConnection, lookups: Lookups): Connection {
  const { name, wrapper } = entry;
  const resolved = resolveValues(entry.values, lookups);
  const { values } = resolved;
  const named = [...secretsOf(values), ...resolved.secrets.map((secret) => ({ key: 'secret', secret }))].filter(
    ({ secret }) => secret !== '',
  );
  const weak = named.flatMap(({ key, secret }) => {
    const problem = secretProblem(secret);
    return problem === undefined
      ? []
      : [
          {
            what: `Its "${key}" cannot be hidden in reports: it ${problem}.`,
            remedy: 'Use a longer value that is not an ordinary word.',
          },
        ];
  });
  const problems = [
    ...entry.problems,
    ...resolved.problems.map((what) => ({ what })),
    ...weak,
    ...sqliteProblems(wrapper, values),
  ];
  const warnings = resolved.remote.map((key) => ({
    what: `Its "${key}" is fetched from AWS by the notebook itself, so this server cannot hide it in reports.`,
  }));
  return { name, wrapper, values, secrets: named.map(({ secret }) => secret), problems, warnings };
}

function isSqlite(wrapper: string): boolean {
  return wrapper === 'SqliteDB' || wrapper === 'SqliteDBConnectionWrapper';
}

/** A relative path starts at the script's folder, as in Jupyter, unless only the project's folder has such a file. */
function withAbsolutePath(connection: Connection, places: readonly string[]): Connection {
  const { wrapper, values } = connection;
  if (!isSqlite(wrapper) || typeof values.path !== 'string') return connection;
  const candidates = places.map((place) => resolve(place, String(values.path)));
  return { ...connection, values: { ...values, path: candidates.find((path) => existsSync(path)) ?? candidates[0]! } };
}

function sqliteProblems(wrapper: string, values: JsonObject): ConnectionProblem[] {
  if (!isSqlite(wrapper) || typeof values.path !== 'string' || !isAbsolute(values.path)) return [];
  const parent = dirname(values.path);
  return existsSync(parent)
    ? []
    : [{ what: `The folder ${parent} does not exist.`, remedy: 'Create it, or correct "path".' }];
}

/** A new `link.config` with these connections at their paths. */
function configOf(connections: readonly Connection[], shared: JsonObject): JsonObject {
  const config = emptyGroup({ dbs: emptyGroup({}), apis: emptyGroup({}), ...shared });
  for (const { name, wrapper, values } of connections) {
    const keys = name.split('.');
    const last = keys.pop()!;
    let group = config;
    for (const key of keys) group = (group[key] ??= emptyGroup({})) as Record<string, Json>;
    group[last] = { wrapper, ...values };
  }
  return config;
}

/** Without a prototype: a key of the file may have any name. */
function emptyGroup(values: Record<string, Json>): Record<string, Json> {
  return Object.assign(Object.create(null) as Record<string, Json>, values);
}

/** If two names give the same variable, the first in the file gets it. */
function urlsOf(connections: readonly Connection[]): Record<string, string> {
  const urls: Record<string, string> = {};
  for (const { name, wrapper, values } of connections) {
    const url = connectionUrl(wrapper, values);
    if (url !== undefined) urls[urlVariable(name)] ??= url;
  }
  return urls;
}

function listingOf({ name, wrapper, values, problems, warnings }: Connection): ConnectionListing {
  return { name, wrapper, target: connectionTarget(values), problems, warnings };
}

function openToOthers(path: string): ConnectionProblem[] {
  if (process.platform === 'win32' || !existsSync(path) || (statSync(path).mode & 0o077) === 0) return [];
  return [{ what: 'Other users of this machine can read the file.', remedy: `Restrict it with: chmod 600 ${path}` }];
}
