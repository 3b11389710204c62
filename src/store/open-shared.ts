/** Opens a PostgreSQL database that several processes may share: checks the server and the folder, and migrates. */
import { join } from 'node:path';
import { sql } from 'kysely';
import { AppError } from '../domain/error.ts';
import type { Engine } from './engine/engine.ts';
import { openPostgres } from './engine/postgres.ts';
import { openProblem } from './engine/postgres-error.ts';
import { checkClock } from './engine/postgres-clock.ts';
import { createLock } from './engine/postgres-lock.ts';
import { createSharedNotifier } from './engine/postgres-notifier.ts';
import type { PostgresOptions } from './engine/postgres-pool.ts';
import { pairFolder } from './identity.ts';
import { checkMigrations, migrate } from './migrate.ts';
import type { Notifier } from './notifier.ts';
import { readOperatorToken } from './operator-token.ts';
import { readKey } from './secret.ts';

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
  /** The database is refused while another process does its maintenance. */
  readonly mustLead?: boolean;
}

export interface Shared {
  readonly engine: Engine;
  readonly notifier: Notifier;
  /** Whether this process does the maintenance: it becomes the leader if there is none. */
  leads(): Promise<boolean>;
  /** All but the engine. */
  close(): Promise<void>;
}

/** Throws `conflict` with a sentence for what prevents the use of the database; then nothing is left open. */
export async function openShared(
  directory: string,
  { database, role, onProblem, mustLead = false }: SharedOptions,
): Promise<Shared> {
  const options = { url: database.url, role };
  const engine = openPostgres(options);
  const lock = createLock(options, 'maintenance');
  try {
    await checkServer(engine, database.shown);
    await checkClock(engine, database.shown);
    const holder = mustLead ? await lock.take() : undefined;
    if (holder !== undefined) throw inUse(database.shown, holder);
    await migrateIfNeeded(engine, options);
    const prepare = () => {
      readKey(join(directory, 'secret.key'));
      readOperatorToken(directory);
    };
    await pairFolder(engine, directory, { shown: database.shown, prepare });
    const notifier = await createSharedNotifier({ ...options, onProblem });
    return {
      engine,
      notifier,
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
