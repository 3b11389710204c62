/**
 * Brings SQLite's write-ahead log to the disk on another thread: the server answers meanwhile, and what is committed in
 * that time shares the next sync. SQLite itself would let the whole process wait with each commit.
 */
import { close, fdatasync, openSync, readSync } from 'node:fs';
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
  /** Whether more pages are in use since the log was begun anew: the file keeps older ones behind them. */
  isLongerThan(pages: number): boolean;
  close(): Promise<void>;
}

/** Both the log and each of its frames, one for a page, name the two numbers that a log gets when it is begun anew. */
const HEADER = { bytes: 32, pageSizeAt: 8, saltAt: 16 } as const;
const FRAME = { bytes: 24, saltAt: 8 } as const;
const SALT_BYTES = 8;

/**
 * The log of a database file; it stays the same file while a connection is open. Source:
 * https://www.sqlite.org/fileformat2.html#walformat
 */
export function openLogFile(database: string): LogFile {
  let fd: number | undefined;
  const header = Buffer.alloc(HEADER.bytes);
  const salt = Buffer.alloc(SALT_BYTES);
  return {
    flush: async () => promisify(fdatasync)((fd ??= openSync(`${database}-wal`, 'r+'))),
    isLongerThan(pages) {
      if (fd === undefined || readSync(fd, header, 0, HEADER.bytes, 0) < HEADER.bytes) return false;
      const frameAt = HEADER.bytes + pages * (FRAME.bytes + header.readUInt32BE(HEADER.pageSizeAt));
      const isThere = readSync(fd, salt, 0, SALT_BYTES, frameAt + FRAME.saltAt) === SALT_BYTES;
      return isThere && salt.equals(header.subarray(HEADER.saltAt, HEADER.saltAt + SALT_BYTES));
    },
    close: async () => {
      if (fd !== undefined) await promisify(close)(fd);
      fd = undefined;
    },
  };
}
