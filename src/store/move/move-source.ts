/** The data folder from which is moved: locked, never written, read from a copy of its database. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../domain/error.ts';
import { checkDatabase, DATABASE } from '../database-check.ts';
import { openSqlite } from '../engine/sqlite.ts';
import { lockFolder } from '../lock.ts';
import { migrate } from '../migrate.ts';
import { hashFile, writeSynced } from '../synced-file.ts';
import { MOVED_TABLES, type MovedTable } from './move-table.ts';

/** Values in the order of the columns. */
export type MoveRow = readonly (string | number | null)[];
export type MoveKey = readonly (string | number)[];

export interface MoveTotals {
  readonly rows: Readonly<Record<string, number>>;
  readonly files: number;
  readonly fileBytes: number;
  /** Runs that had started, or were about to: they end as interrupted. */
  readonly running: number;
  readonly waiting: number;
}

export interface MoveSource {
  /** SHA-256 of the database, with what its journal still holds. */
  readonly fingerprint: string;
  readonly totals: MoveTotals;
  /** Names, sorted. */
  columns(table: MovedTable): readonly string[];
  /** In the order of the key, after `after`; one row is in memory at a time. */
  rows(table: MovedTable, after?: MoveKey): Iterable<MoveRow>;
  /** Number of rows up to that key. */
  countUntil(table: MovedTable, key: MoveKey): number;
  /** Files that reports need, in the order of their hashes, after `after`. */
  files(after: string): Iterable<{ readonly hash: string; readonly sizeBytes: number }>;
  /** The last number that the table has ever given. */
  lastNumber(table: string): number;
  /** Throws `conflict` if the database is no longer as it was copied. */
  checkUnchanged(): Promise<void>;
  /** Removes the copy. */
  close(): Promise<void>;
}

/** What a server has not yet written into the database file is in its journal. */
const PARTS = [DATABASE, `${DATABASE}-wal`];

/**
 * `scratch`: a folder for the copy, created and removed. Throws `not-found` without data, `conflict` while a server
 * uses the folder or for a damaged database.
 */
export async function openMoveSource(data: string, scratch: string): Promise<MoveSource> {
  if (!existsSync(join(data, DATABASE)))
    throw new AppError(
      'not-found',
      `There are no reports on SQLite in ${data}. Name the data folder with --data. From one PostgreSQL server to another, move with script-runner backup and restore.`,
    );
  const unlock = lockFolder(data);
  let database: Database.Database | undefined;
  const close = async () => {
    database?.close();
    await rm(scratch, { recursive: true, force: true });
    unlock();
  };
  try {
    const fingerprint = await copyDatabase(data, scratch);
    await prepareCopy(data, scratch);
    database = new Database(join(scratch, DATABASE), { readonly: true });
    return { ...readerOf(database), fingerprint, checkUnchanged: () => checkUnchanged(data, fingerprint), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Returns the fingerprint. Nobody writes meanwhile: the folder is locked. */
async function copyDatabase(data: string, scratch: string): Promise<string> {
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const sums: string[] = [];
  for (const name of PARTS.filter((each) => isThere(join(data, each)))) {
    const chunks = createReadStream(join(data, name)) as AsyncIterable<Buffer>;
    sums.push((await writeSynced(join(scratch, name), chunks, 0o600)).hash);
  }
  return sums.join(' ');
}

/** An empty journal says nothing. */
function isThere(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

async function checkUnchanged(data: string, fingerprint: string): Promise<void> {
  const paths = PARTS.map((name) => join(data, name)).filter(isThere);
  const sums = await Promise.all(paths.map(hashFile));
  if (sums.join(' ') === fingerprint) return;
  throw new AppError(
    'conflict',
    `The database in ${data} has changed while it was moved. Execute the command again while nothing writes there.`,
  );
}

/** Brings the copy to the tables of this version. */
async function prepareCopy(data: string, scratch: string): Promise<void> {
  try {
    checkDatabase(scratch);
    const engine = openSqlite(join(scratch, DATABASE));
    await migrate(engine).finally(() => engine.close());
  } catch (error) {
    if (error instanceof AppError && !error.message.includes(scratch)) throw error;
    const isOurs = error instanceof AppError || /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));
    if (!isOurs) throw error;
    throw new AppError(
      'conflict',
      `The database ${join(data, DATABASE)} is damaged, or not one of Script Runner. Nothing was moved. script-runner serve says what can be done.`,
      { cause: error },
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function readerOf(database: Database.Database) {
  const count = (text: string) => database.prepare(text).pluck().get() as number;
  const columns = ({ name }: MovedTable) =>
    (database.prepare('select name from pragma_table_info(?) order by name').pluck().all(name) as string[]).map(String);
  const needed = 'from blobs where owners > 0';
  return {
    totals: {
      rows: Object.fromEntries(MOVED_TABLES.map(({ name }) => [name, count(`select count(*) from ${name}`)])),
      files: count(`select count(*) ${needed}`),
      fileBytes: count(`select coalesce(sum(size_bytes), 0) ${needed}`),
      running: count(`select count(*) from runs where status in ('starting', 'running')`),
      waiting: count(`select count(*) from runs where status = 'queued'`),
    },
    columns,
    rows(table: MovedTable, after: MoveKey = []) {
      const key = table.key.join(', ');
      const beyond = after.length === 0 ? '' : `where (${key}) > (${after.map(() => '?').join(', ')})`;
      const text = `select ${columns(table).join(', ')} from ${table.name} ${beyond} order by ${key}`;
      return database
        .prepare(text)
        .raw()
        .iterate(...after) as Iterable<MoveRow>;
    },
    countUntil({ name, key }: MovedTable, until: MoveKey) {
      const condition = `(${key.join(', ')}) <= (${until.map(() => '?').join(', ')})`;
      return database
        .prepare(`select count(*) from ${name} where ${condition}`)
        .pluck()
        .get(...until) as number;
    },
    files: (after: string) =>
      database
        .prepare(`select hash, size_bytes as sizeBytes ${needed} and hash > ? order by hash`)
        .iterate(after) as Iterable<{ hash: string; sizeBytes: number }>,
    lastNumber: (table: string) =>
      (database.prepare('select seq from sqlite_sequence where name = ?').pluck().get(table) as number | undefined) ??
      0,
  };
}
