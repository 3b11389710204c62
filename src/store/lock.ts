/**
 * One server at a time per data folder. The lock is the operating system's (SQLite's exclusive lock on a separate
 * database), so it disappears with its process, however that ends: a stale lock never blocks.
 */
import Database from 'better-sqlite3';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../domain/error.ts';
import { dataFileProblem } from './data-file.ts';

export const LOCK = 'lock.db';
/** Longer than a check for the lock holds it. */
const GLANCE_MS = 100;

/** Returns a function that releases the folder. Throws `conflict` when another process has it. */
export function lockFolder(folder: string): () => void {
  const holder = join(folder, 'lock.pid');
  let database: Database.Database | undefined;
  try {
    database = new Database(join(folder, LOCK), { timeout: GLANCE_MS });
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw lockProblem(folder, error);
    throw new AppError(
      'conflict',
      `Another Script Runner${processOf(holder)} uses the data folder ${folder}. Stop it, or give this one its own folder with --data.`,
    );
  }
  const lock = database;
  try {
    writeFileSync(holder, `${process.pid}\n`);
  } catch (error) {
    lock.close();
    throw dataFileProblem(holder, error);
  }
  return () => lock.close();
}

function lockProblem(folder: string, error: unknown): unknown {
  const code = String((error as { code?: string }).code);
  if (!/^SQLITE_(NOTADB|CORRUPT|CANTOPEN|IOERR|READONLY)/.test(code)) return error;
  return new AppError(
    'conflict',
    `${join(folder, LOCK)}, which prevents two servers on one folder, cannot be used (${code}). It contains no data: if no Script Runner uses the folder, move it away and start again.`,
    { cause: error },
  );
}

/** Whether a process holds the folder now. */
export function isLocked(folder: string): boolean {
  if (!existsSync(join(folder, LOCK))) return false;
  const database = new Database(join(folder, LOCK), { readonly: true, timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    return true;
  } finally {
    database.close();
  }
}

function processOf(holder: string): string {
  try {
    return ` (process ${readFileSync(holder, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
