/** What a database knows of a key that is lost, and how it forgets it: the next process that starts tells a new one. */
import { sql } from 'kysely';
import { AppError } from '../domain/error.ts';
import { UNFINISHED } from '../domain/run/run.ts';
import type { Engine } from './engine/engine.ts';
import { openProblem } from './engine/postgres-error.ts';
import { holderWords } from './engine/postgres-lock.ts';
import { openPostgres } from './engine/postgres.ts';
import { checkMigrations } from './migrate.ts';
import { checkServer, type SharedDatabase } from './open-shared.ts';

export interface KnownKey {
  /** False: the database has no key to forget. */
  readonly isKnown: boolean;
  /** Waiting or running runs with passwords, which only that key opens. */
  readonly runs: number;
}

export interface KeyMemory {
  readonly known: KnownKey;
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** Throws `conflict` with a sentence for a database that cannot be used, and while a server uses it. */
export async function openKeyMemory({ url, shown }: SharedDatabase): Promise<KeyMemory> {
  const engine = openPostgres({ url, role: 'key' }, 1);
  try {
    await checkServer(engine, shown);
    if ((await checkMigrations(engine)) !== 'current')
      throw new AppError(
        'conflict',
        `The database ${shown} is new, or of an earlier version. Start this version first.`,
      );
    await refuseUsed(engine, shown);
    return {
      known: await readKnown(engine),
      async forget() {
        await refuseUsed(engine, shown);
        await engine.db.updateTable('identity').set({ key_fingerprint: null }).execute();
      },
      close: () => engine.close(),
    };
  } catch (error) {
    await engine.close();
    throw openProblem(shown, error);
  }
}

async function readKnown({ db }: Engine): Promise<KnownKey> {
  const row = await db.selectFrom('identity').select('key_fingerprint').executeTakeFirst();
  const { runs } = await db
    .selectFrom('runs')
    .select(({ fn }) => fn.countAll<number>().as('runs'))
    .where('status', 'in', UNFINISHED)
    .where('secrets', 'is not', null)
    .executeTakeFirstOrThrow();
  return { isKnown: (row?.key_fingerprint ?? null) !== null, runs: Number(runs) };
}

/** A process that has the key would go on with it, beside those with the new one. */
async function refuseUsed(engine: Engine, shown: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`select distinct application_name as name from pg_stat_activity
    where datname = current_database() and application_name ~ '^script-runner (serve|web|worker) '
    order by 1 limit 1`.execute(engine.db);
  const [first] = rows;
  if (first === undefined) return;
  throw new AppError(
    'conflict',
    `The database ${shown} is in use by ${holderWords(first.name)}. Stop all processes first.`,
  );
}
