/**
 * Checks `runs.db` before it is used: a file that is not our database is refused with instructions for recovery, and
 * not changed.
 */
import Database from 'better-sqlite3';
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDiskFull } from '../domain/disk.ts';
import { AppError } from '../domain/error.ts';

export const DATABASE = 'runs.db';
export const BEFORE_UPDATE = 'before-update';
/** The first bytes of every SQLite database. Source: https://www.sqlite.org/fileformat.html section 1.3.1 */
const MAGIC = 'SQLite format 3\0';
/** The first migration, which every database of ours has applied. */
const FIRST_STEP = '0001-runs';
/** Files that only a server makes, once its database exists. */
const TRACES = ['operator-token', BEFORE_UPDATE];

/** Throws `conflict` for anything but our database, or none yet. Only reads. */
export function checkDatabase(directory: string): void {
  const path = join(directory, DATABASE);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (found.isDirectory()) throw damagedDatabase(directory, 'is a folder');
  if (!found.isFile()) throw damagedDatabase(directory, 'is not a plain file');
  // an interrupted first start leaves an empty file, and nothing else
  if (found.size === 0) {
    if (TRACES.some((name) => existsSync(join(directory, name)))) throw damagedDatabase(directory, 'is empty');
    return;
  }
  try {
    if (firstBytes(path) !== MAGIC) throw damagedDatabase(directory, 'is not an SQLite database');
    if (!isOurs(path)) throw damagedDatabase(directory, 'is the database of another program');
  } catch (error) {
    throw databaseProblem(directory, error);
  }
}

/** A database error as a message with instructions for recovery; any other error is returned unchanged. */
export function databaseProblem(directory: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof AppError || isDiskFull(error) || code === 'SQLITE_FULL') return error;
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ)/.test(code))
    return damagedDatabase(directory, 'is damaged: it was truncated or overwritten', error);
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM|IOERR|AUTH)|EACCES|EPERM|EROFS)/.test(code))
    return new AppError(
      'conflict',
      `The database ${join(directory, DATABASE)} cannot be opened (${code}). Give this user the right to read and write it and the folder around it, or name another data folder with --data.`,
      { cause: error },
    );
  return error;
}

/** `what`: the problem of the file. The message has a line for each possible recovery. */
export function damagedDatabase(directory: string, what: string, cause?: unknown): AppError {
  const path = join(directory, DATABASE);
  const copy = newestCopy(directory);
  const ways = [
    `To restore a backup: move ${directory} away, then run script-runner restore with the backup’s folder.`,
    ...(copy === undefined
      ? []
      : [
          `To go back to before the last update: move ${DATABASE}, ${DATABASE}-wal and ${DATABASE}-shm aside, and copy ${copy} to ${path}. Reports made since are missing then.`,
        ]),
    `To start without the reports: move ${directory} away, or name another folder with --data.`,
  ];
  return new AppError('conflict', `The database ${path} ${what}. It was not changed.\n${ways.join('\n')}`, { cause });
}

function firstBytes(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MAGIC.length);
    return bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

/** Also without any table: a first start was interrupted. */
function isOurs(path: string): boolean {
  const database = new Database(path, { readonly: true });
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all();
    if (tables.length === 0) return true;
    if (!tables.includes('kysely_migration')) return false;
    const steps = database.prepare('select name from kysely_migration').pluck().all();
    return steps.length === 0 || steps.includes(FIRST_STEP);
  } finally {
    database.close();
  }
}

function newestCopy(directory: string): string | undefined {
  const folder = join(directory, BEFORE_UPDATE);
  try {
    const name = readdirSync(folder)
      .filter((each) => each.endsWith('.db'))
      .sort()
      .at(-1);
    return name === undefined ? undefined : join(folder, name);
  } catch {
    return undefined;
  }
}
