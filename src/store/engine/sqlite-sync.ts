/**
 * Brings SQLite's write-ahead log to the disk on another thread: the server answers meanwhile, and what is committed in
 * that time shares the next sync. SQLite itself would let the whole process wait with each commit.
 */
import { close, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

export interface LogSync {
  /** Settles when all that is committed now is on the disk; rejects when it may not be. */
  sync(): Promise<void>;
  /** Settles as the last sync that was asked for; undefined: all have ended. */
  pending(): Promise<void> | undefined;
}

/**
 * A log whose sync has failed may have a hole, behind which nothing is found after a crash. `rescue` makes it durable
 * in another way and begins a new log; until it has succeeded once, it takes the place of each sync.
 */
export function createLogSync(flush: () => Promise<void>, rescue: () => Promise<void>): LogSync {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let isBroken = false;

  async function once(): Promise<void> {
    if (!isBroken)
      try {
        return await flush();
      } catch {
        isBroken = true;
      }
    await rescue();
    isBroken = false;
  }

  function start(): Promise<void> {
    next = undefined;
    running = once().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    sync() {
      // one that has begun may have passed what was written meanwhile
      if (next === undefined && running !== undefined) next = running.then(start, start);
      return next ?? start();
    },
    pending: () => next ?? running,
  };
}

export interface LogFile {
  /** Rejects, with `ENOENT` where nothing was ever committed. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** The log of a database file; it stays the same file while a connection is open. */
export function openLogFile(database: string): LogFile {
  let fd: number | undefined;
  return {
    flush: async () => promisify(fdatasync)((fd ??= openSync(`${database}-wal`, 'r+'))),
    close: async () => {
      if (fd !== undefined) await promisify(close)(fd);
      fd = undefined;
    },
  };
}
