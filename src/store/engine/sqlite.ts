/** SQLite, embedded: one file, one connection, write-ahead log, commits synced to the disk. */
import Database from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import { isDiskFull } from '../../domain/disk.ts';
import type { Tables } from '../schema.ts';
import type { Engine } from './engine.ts';
import { createCheckpoints, LONGEST_PAGES, type Checkpoint } from './sqlite-checkpoint.ts';
import { createSharedCommits } from './sqlite-commit.ts';
import { createLogSync, openLogFile } from './sqlite-sync.ts';
import { createTurns } from './sqlite-turn.ts';

/** Disk space that the journal keeps between two bursts. */
const JOURNAL_BYTES = 64 * 1024 ** 2;
/** A database from before automatic shrinking is rewritten once at its start, up to this size. */
const REWRITTEN_BYTES = 1024 ** 3;
/** Pages moved in one step, which takes some milliseconds. */
const PAGES_A_STEP = 500;
/** Share of free pages that stay for new rows. */
const FREE_SHARE = 0.1;

/**
 * Opens or creates the database file. `:memory:` is for tests. `checkpoint`: on another thread; without it, commits
 * move the log into the database.
 */
export function openSqlite(path: string, checkpoint?: Checkpoint): Engine {
  const database = new Database(path);
  let hasLog = false;
  try {
    letShrink(database);
    hasLog = database.pragma('journal_mode = WAL', { simple: true }) === 'wal';
    // with a log, `sqlite-sync` waits for the disk
    database.pragma(`synchronous = ${hasLog ? 'NORMAL' : 'FULL'}`);
    database.pragma('foreign_keys = ON');
    database.pragma('busy_timeout = 5000');
    database.pragma(`journal_size_limit = ${JOURNAL_BYTES}`);
    if (checkpoint !== undefined) database.pragma(`wal_autocheckpoint = ${LONGEST_PAGES}`);
  } catch (error) {
    database.close();
    throw error;
  }
  const damage = watchDamage();
  const log = hasLog ? openLogFile(path) : undefined;
  const checkpoints = log && checkpoint && createCheckpoints(log, () => checkpoint(path));
  const flush = log && (() => log.flush().then(checkpoints?.look));
  const sync = flush && createLogSync(flush, () => turns.alone(() => emptyLog(database)));
  const turns = createTurns(database, (hasWritten) => (hasWritten ? sync?.sync() : sync?.pending()), damage.onError);
  const db = new Kysely<Tables>({ dialect: turns.dialect });
  const commits = createSharedCommits(db, { isOpen: () => database.inTransaction, onCommit: turns.onCommit });
  return {
    db,
    locksRows: false,
    isShared: false,
    joinsLateral: false,
    rowNumber: sql<number>`rowid`,
    texts,
    nowMs,
    addNumber: (table) => table.addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement()),
    transaction: commits.transaction,
    unsynced: (work) =>
      db.transaction().execute((current) => {
        turns.endSoon();
        return work(current, false);
      }),
    peek: (work) =>
      db.connection().execute((current) => {
        turns.endSoon();
        return work(current);
      }),
    lock: async () => undefined,
    isHeld: async () => false,
    isFull,
    isDamaged: damage.isDamaged,
    shrink: () => turns.alone(() => shrink(database)),
    // a number in the file's header that nothing reads
    touch: async () => {
      await turns.alone(() => database.pragma('user_version = 0'));
      await sync?.sync();
    },
    close: async () => {
      await commits.idle();
      await sync?.pending()?.catch(() => undefined);
      await checkpoints?.idle();
      await db.destroy();
      if (database.open) database.close();
      await log?.close();
    },
  };
}

const texts: Engine['texts'] = (values) => sql`(select value from json_each(${JSON.stringify(values)}))`;
const nowMs: Engine['nowMs'] = (afterMs) => sql<number>`${Date.now() + afterMs}`;

/** A database without a log is all on the disk. */
function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

function watchDamage() {
  let damaged = false;
  return {
    isDamaged: () => damaged,
    onError(error: unknown) {
      damaged ||= isDamage(error);
    },
  };
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));
}

/**
 * Reads a database file that may be open elsewhere. `isLive`: it is written meanwhile, and what is read is brought to
 * the disk before it is given.
 */
export function openSqliteReader(path: string, { isLive = false } = {}): Engine {
  const database = new Database(path, { readonly: true });
  database.pragma('busy_timeout = 5000');
  const damage = watchDamage();
  const log = isLive ? openLogFile(path) : undefined;
  const turns = createTurns(database, () => log?.flush().catch(unlessMissing), damage.onError);
  const db = new Kysely<Tables>({ dialect: turns.dialect });
  const refuse = () => {
    throw new Error('This connection only reads.');
  };
  return {
    db,
    locksRows: false,
    isShared: false,
    joinsLateral: false,
    rowNumber: sql<number>`rowid`,
    texts,
    nowMs,
    addNumber: refuse,
    transaction: refuse,
    unsynced: refuse,
    peek: refuse,
    lock: refuse,
    isHeld: refuse,
    isFull,
    isDamaged: damage.isDamaged,
    shrink: refuse,
    touch: refuse,
    close: async () => {
      await db.destroy();
      await log?.close();
    },
  };
}

/** Whether the file can shrink page by page: decided before the first table, or by rewriting everything. */
function letShrink(database: Database.Database): void {
  if (pragma(database, 'auto_vacuum') !== 0) return;
  database.pragma('auto_vacuum = INCREMENTAL');
  const pages = pragma(database, 'page_count');
  if (pages === 0 || pages * pragma(database, 'page_size') > REWRITTEN_BYTES) return;
  try {
    database.exec('VACUUM');
  } catch (error) {
    if (!isFull(error)) throw error;
  }
}

function shrink(database: Database.Database): boolean {
  const spare = () => pragma(database, 'freelist_count') - Math.ceil(pragma(database, 'page_count') * FREE_SHARE);
  const before = spare();
  if (before <= 0 || pragma(database, 'auto_vacuum') === 0) return false;
  database.pragma(`incremental_vacuum(${Math.min(before, PAGES_A_STEP)})`);
  return spare() > 0;
}

function pragma(database: Database.Database, name: string): number {
  return database.pragma(name, { simple: true }) as number;
}

/** Some systems say only when a file is brought to the disk that there is no room for it. */
function isFull(error: unknown): boolean {
  return isDiskFull(error) || (error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL');
}

/** Moves all of the log into the database, durably; the next commit begins it anew. */
function emptyLog(database: Database.Database): void {
  const [result] = database.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
  if (result?.busy !== 0) throw new Error('The log of the database could not be brought to the disk.');
}
