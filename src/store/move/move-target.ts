/** The database to which is moved: new, or with a move that is to be continued; no server uses it meanwhile. */
import { sql } from 'kysely';
import { AppError } from '../../domain/error.ts';
import type { Engine } from '../engine/engine.ts';
import { checkClock } from '../engine/postgres-clock.ts';
import { openProblem } from '../engine/postgres-error.ts';
import { createLock } from '../engine/postgres-lock.ts';
import { openPostgres } from '../engine/postgres.ts';
import { databaseId } from '../identity.ts';
import { checkMigrations, migrate } from '../migrate.ts';
import { checkServer, type SharedDatabase } from '../open-shared.ts';
import { createMarkTable, NOTHING_MOVED, readMark, writeMark, type Mark } from './move-mark.ts';
import { MOVED_TABLES } from './move-table.ts';

/** Rows, the reading of files that are claimed, and the lock. */
const CONNECTIONS = 3;

export interface MoveTarget {
  readonly engine: Engine;
  close(): Promise<void>;
}

/** Throws `conflict` with a sentence for what prevents the use of the database, or while another process uses it. */
export async function openMoveTarget({ url, shown }: SharedDatabase): Promise<MoveTarget> {
  // the sums of large tables take longer than any other statement
  const options = { url, role: 'migrate-store', isPatient: true };
  const engine = openPostgres(options, CONNECTIONS);
  const lock = createLock(options, 'maintenance');
  const close = async () => {
    await lock.release();
    await engine.close();
  };
  try {
    await checkServer(engine, shown);
    await checkClock(engine, shown);
    const holder = await lock.take();
    if (holder !== undefined)
      throw new AppError('conflict', `The database ${shown} is in use by ${holder}. Stop that first.`);
    return { engine, close };
  } catch (error) {
    await close();
    throw openProblem(shown, error);
  }
}

export interface Wanted {
  readonly source: string;
  readonly fingerprint: string;
}

/**
 * The mark of a move that has begun or begins now; the tables are there then. If the source has changed since it began,
 * it begins again. Throws `conflict` for a database with other reports.
 */
export async function beginMove(engine: Engine, shown: string, { source, fingerprint }: Wanted): Promise<Mark> {
  const known = await readMark(engine);
  if (known?.finishedAtMs !== undefined && known.finishedAtMs !== null)
    throw new AppError(
      'conflict',
      `The reports of ${known.source} have been moved into the database ${shown} already. --verify compares both.`,
    );
  if (known !== undefined && known.source !== source)
    throw new AppError(
      'conflict',
      `A move from ${known.source} into the database ${shown} has begun. Finish that, or create a new database (createdb).`,
    );
  if (known === undefined) await refuseOthers(engine, shown);
  await migrate(engine);
  if (known?.fingerprint === fingerprint) return known;
  const mark: Mark = { source, fingerprint, state: NOTHING_MOVED, finishedAtMs: null };
  await createMarkTable(engine);
  await engine.transaction(async (db) => {
    await sql`truncate ${sql.join(MOVED_TABLES.map(({ name }) => sql.table(name)))}`.execute(db);
    await writeMark(db, mark);
  });
  await databaseId(engine);
  return mark;
}

async function refuseOthers(engine: Engine, shown: string): Promise<void> {
  if ((await checkMigrations(engine)) === 'new') return;
  const found = await engine.db.selectFrom('runs').select('number').limit(1).executeTakeFirst();
  const tables = await engine.db.introspection.getTables();
  const isPaired =
    tables.some(({ name }) => name === 'identity') &&
    (await engine.db.selectFrom('identity').select('id').executeTakeFirst()) !== undefined;
  if (found === undefined && !isPaired) return;
  throw new AppError(
    'conflict',
    `The database ${shown} ${found === undefined ? 'belongs to another data folder' : 'has reports of its own'}. Create a new one (createdb --encoding UTF8 --template template0).`,
  );
}
