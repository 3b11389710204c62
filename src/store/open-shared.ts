/** Opens a PostgreSQL database that several processes may share: checks the server and the folder, and migrates. */
import { sql } from 'kysely';
import { AppError } from '../domain/error.ts';
import type { Engine } from './engine/engine.ts';
import { openPostgres } from './engine/postgres.ts';
import { openProblem } from './engine/postgres-error.ts';
import { checkClock } from './engine/postgres-clock.ts';
import { createLock } from './engine/postgres-lock.ts';
import { createSharedNotifier, type SharedNotifier } from './engine/postgres-notifier.ts';
import type { PostgresOptions } from './engine/postgres-pool.ts';
import { pairFolder, pairOwnFolder } from './identity.ts';
import { agreeOnKey } from './key-check.ts';
import { checkMigrations, migrate } from './migrate.ts';
import { refuseUnfinished } from './move/move-mark.ts';
import { findKeys, openKeys, type ServerKeys } from './server-key.ts';

const LEAST_VERSION = 140_000;

export interface SharedDatabase {
  readonly url: string;
  /** Without the password. */
  readonly shown: string;
}

export interface SharedOptions {
  readonly database: SharedDatabase;
  /** What this process is, for others: `serve`. */
  readonly role: string;
  /** Called when the connection for notifications is lost or cannot be made; it is tried again. */
  readonly onProblem: (error: unknown) => void;
  /** The data folder is this process's own: it has neither the key nor the files of reports. */
  readonly ownFolder?: boolean;
  /** The database is refused while another process does its maintenance. */
  readonly mustLead?: boolean;
}

interface KeyOptions {
  /** Texts of the setting `server_key`, newest first; none: the key is in the data folder. */
  readonly serverKeys: readonly string[];
}

export interface Shared {
  readonly engine: Engine;
  readonly notifier: SharedNotifier;
  readonly keys: ServerKeys;
  /** Whether this process does the maintenance: it becomes the leader if there is none. */
  leads(): Promise<boolean>;
  /** All but the engine. */
  close(): Promise<void>;
}

/** Throws `conflict` with a sentence for what prevents the use of the database; then nothing is left open. */
export async function openShared(
  directory: string,
  { database, role, onProblem, mustLead = false, ...place }: SharedOptions & KeyOptions,
): Promise<Shared> {
  const options = { url: database.url, role };
  const engine = openPostgres(options);
  const lock = createLock(options, 'maintenance');
  try {
    await checkServer(engine, database.shown);
    await checkClock(engine, database.shown);
    await refuseUnfinished(engine, database.shown);
    const holder = mustLead ? await lock.take() : undefined;
    if (holder !== undefined) throw inUse(database.shown, holder);
    await migrateIfNeeded(engine, options);
    const keys = await joinOthers(engine, directory, { ...place, shown: database.shown });
    const notifier = await createSharedNotifier({ ...options, onProblem });
    return {
      engine,
      notifier,
      keys,
      leads: async () => (await lock.take()) === undefined,
      close: async () => {
        await notifier.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    await engine.close();
    throw openProblem(database.shown, error);
  }
}

/** Uses the folder and the keys with the database; only the first process makes a key, in a folder that is shared. */
async function joinOthers(
  engine: Engine,
  directory: string,
  { serverKeys, ownFolder = false, shown }: KeyOptions & Pick<SharedOptions, 'ownFolder'> & { readonly shown: string },
): Promise<ServerKeys> {
  const prepare = () => void openKeys(directory, serverKeys);
  await (ownFolder ? pairOwnFolder(engine, directory, shown) : pairFolder(engine, directory, { shown, prepare }));
  return agreeOnKey(engine, findKeys(directory, serverKeys), shown);
}

/** By a connection of its own: a change of large tables takes as long as it takes. */
async function migrateIfNeeded(engine: Engine, options: PostgresOptions): Promise<void> {
  if ((await checkMigrations(engine)) === 'current') return;
  const patient = openPostgres({ ...options, isPatient: true }, 2);
  await migrate(patient).finally(() => patient.close());
}

/** Reads only. Throws `conflict` for a server or database that cannot be used. */
export async function checkServer({ db }: Engine, shown: string): Promise<{ readonly version: string }> {
  const { rows } = await sql<{ number: number; version: string; encoding: string }>`
    select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
      pg_encoding_to_char(encoding) as encoding
    from pg_database where datname = current_database()`.execute(db);
  const { number = 0, version = '', encoding = '' } = rows[0] ?? {};
  if (number < LEAST_VERSION)
    throw new AppError(
      'conflict',
      `The database ${shown} is on PostgreSQL ${version}. Script Runner needs 14 or newer.`,
    );
  if (encoding !== 'UTF8')
    throw new AppError(
      'conflict',
      `The database ${shown} stores texts as ${encoding}. Create one that stores UTF-8: createdb --encoding UTF8 --template template0.`,
    );
  return { version };
}

function inUse(shown: string, holder: string): AppError {
  return new AppError('conflict', `The database ${shown} is in use by ${holder}. Stop that first.`);
}
