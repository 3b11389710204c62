/** One builder at a time, over all processes of the user. The operating system releases the lock of one that dies. */
import Database from 'better-sqlite3';
import { setTimeout } from 'node:timers/promises';

const RETRY_MS = 250;

/** Runs `work` while holding the lock file; `onWait` is called once when another holds it. */
export async function withLock<T>(
  path: string,
  signal: AbortSignal,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const file = new Database(path, { timeout: 0 });
  try {
    for (let waited = false; !take(file); waited = true) {
      if (!waited) onWait();
      await setTimeout(RETRY_MS, undefined, { signal });
    }
    return await work();
  } finally {
    file.close();
  }
}

function take(file: Database.Database): boolean {
  try {
    file.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}
