/**
 * Has SQLite's log moved into the database on another thread. SQLite itself would do that within a commit, and the
 * whole process would stand still for 10 to 20 ms, with each 4 MB that are written.
 */
import Database from 'better-sqlite3';
import type { LogFile } from './sqlite-sync.ts';

/** Moves what it can without waiting for anybody, durably; `database` is the path of the file. */
export type Checkpoint = (database: string) => Promise<void>;

/** What SQLite takes by itself. */
const LONG_PAGES = 1_000;
/** If the other thread does not keep up, or fails, a commit moves what is left, as SQLite does: 16 MB. */
export const LONGEST_PAGES = 4 * LONG_PAGES;

export interface Checkpoints {
  /** To be called once what was committed is on the disk. Does not wait. */
  look(): void;
  /** Settles when the other thread no longer uses the database. */
  idle(): Promise<void>;
}

export function createCheckpoints(log: Pick<LogFile, 'isLongerThan'>, move: () => Promise<void>): Checkpoints {
  let moving: Promise<void> | undefined;
  return {
    look() {
      if (moving !== undefined || !log.isLongerThan(LONG_PAGES)) return;
      // what fails here is done by a commit, which tells its error
      moving = move()
        .catch(() => undefined)
        .finally(() => {
          moving = undefined;
        });
    },
    idle: async () => moving,
  };
}

/**
 * For the other thread. Waits for nobody: what is read elsewhere, and what is written meanwhile, stays in the log. Both
 * files are synced in the order that SQLite needs. Throws if it failed.
 */
export function moveLog(path: string): void {
  const database = new Database(path, { fileMustExist: true });
  try {
    database.pragma('synchronous = NORMAL');
    database.pragma('wal_checkpoint(PASSIVE)');
  } finally {
    database.close();
  }
}
