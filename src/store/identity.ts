/**
 * Which data folder belongs to a shared database: both have the same random id. Files that no report of the database
 * needs are deleted, so a folder of other reports must never be used with it.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../domain/error.ts';
import { readDataFile } from './data-file.ts';
import { DATABASE } from './database-check.ts';
import type { Engine } from './engine/engine.ts';

export const IDENTITY = 'database-id';
const ONLY = 1;

export interface PairOptions {
  /** The database, without its password. */
  readonly shown: string;
  /** Called once in the life of a folder, before other processes may use it. */
  readonly prepare: () => void;
}

/** Pairs a new folder with a new database. Throws `conflict` for a folder of other reports. */
export async function pairFolder(engine: Engine, directory: string, { shown, prepare }: PairOptions): Promise<void> {
  const path = join(directory, IDENTITY);
  if (existsSync(join(directory, DATABASE))) throw ownReports(directory, shown);
  const fresh = { only: ONLY, id: randomUUID() };
  await engine.transaction(async (db) => {
    // other processes that start wait here until the file is written and the row is committed
    await db
      .insertInto('identity')
      .values(fresh)
      .onConflict((conflict) => conflict.column('only').doNothing())
      .execute();
    const id = (await db.selectFrom('identity').select('id').executeTakeFirst())?.id;
    const known = readDataFile(path)?.toString('utf8').trim();
    if (id === fresh.id && (known === undefined || known === id)) {
      prepare();
      writeFileSync(path, `${id}\n`, { mode: 0o600, flush: true });
    } else if (known !== id) {
      throw unpaired(directory, shown, known);
    }
  });
}

/**
 * Notes the database in a folder that only this process has: files and keys are elsewhere. Throws `conflict` for a
 * folder of other reports.
 */
export async function pairOwnFolder(engine: Engine, directory: string, shown: string): Promise<void> {
  const path = join(directory, IDENTITY);
  const id = await databaseId(engine);
  if (!existsSync(path)) writeFileSync(path, `${id}\n`, { mode: 0o600, flush: true });
  await checkPair(engine, directory, shown);
}

/** Throws `conflict` for a folder that `pairFolder` would refuse. Only reads; the tables are there. */
export async function checkPair(engine: Engine, directory: string, shown: string): Promise<void> {
  if (existsSync(join(directory, DATABASE))) throw ownReports(directory, shown);
  const id = (await engine.db.selectFrom('identity').select('id').executeTakeFirst())?.id;
  const known = readDataFile(join(directory, IDENTITY))?.toString('utf8').trim();
  if (known !== id) throw unpaired(directory, shown, known);
}

/** The id of the database, made if it has none. */
export async function databaseId(engine: Engine): Promise<string> {
  return engine.transaction(async (db) => {
    await db
      .insertInto('identity')
      .values({ only: ONLY, id: randomUUID() })
      .onConflict((conflict) => conflict.column('only').doNothing())
      .execute();
    return (await db.selectFrom('identity').select('id').executeTakeFirstOrThrow()).id;
  });
}

/** Throws `conflict` for the folder of a shared database, if there is none in the settings. */
export function refusePaired(directory: string): void {
  if (!existsSync(join(directory, IDENTITY))) return;
  throw new AppError(
    'conflict',
    `The data folder ${directory} belongs to a PostgreSQL database. Name that with the setting database, or another folder with --data.`,
  );
}

function ownReports(directory: string, shown: string): AppError {
  return foreign(directory, `has reports of its own, in ${DATABASE}, which are not in ${shown}`);
}

function unpaired(directory: string, shown: string, known: string | undefined): AppError {
  const what = known === undefined ? 'does not have' : 'belongs to another database, and does not have';
  return foreign(directory, `${what} the files of the reports in ${shown}`);
}

function foreign(directory: string, what: string): AppError {
  return new AppError(
    'conflict',
    `The data folder ${directory} ${what}. All processes of a database use one folder: name it with --data, or a new folder with a new database. Without a shared folder, set SCRIPT_RUNNER_SERVER_KEY, and artifacts for the files.`,
  );
}
