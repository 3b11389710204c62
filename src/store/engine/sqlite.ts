/** SQLite, embedded: one file, one connection, write-ahead log, commits synced to the disk. */
import Database from 'better-sqlite3';
import { Kysely, sql, SqliteDialect, type DatabaseConnection } from 'kysely';
import type { Tables } from '../schema.ts';
import type { Engine } from './engine.ts';
import { createSharedCommits } from './sqlite-commit.ts';
import { preparingOnce } from './sqlite-statement.ts';

/** Disk space that the journal keeps between two bursts. */
const JOURNAL_BYTES = 64 * 1024 ** 2;
/** A database from before automatic shrinking is rewritten once at its start, up to this size. */
const REWRITTEN_BYTES = 1024 ** 3;
/** Pages moved in one step, which takes some milliseconds. */
const PAGES_A_STEP = 500;
/** Share of free pages that stay for new rows. */
const FREE_SHARE = 0.1;

/** Opens or creates the database file. `:memory:` is for tests. */
export function openSqlite(path: string): Engine {
  const database = new Database(path);
  try {
    letShrink(database);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma('busy_timeout = 5000');
    database.pragma(`journal_size_limit = ${JOURNAL_BYTES}`);
  } catch (error) {
    database.close();
    throw error;
  }
  let isDamaged = false;
  const onError = (error: unknown) => {
    isDamaged ||= isDamage(error);
  };
  const db = new Kysely<Tables>({ dialect: dialectOf(database, onError) });
  const commits = createSharedCommits(db, () => database.inTransaction);
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
      db.connection().execute(async (connection) => {
        database.pragma('synchronous = NORMAL');
        try {
          return await connection.transaction().execute((current) => work(current, false));
        } finally {
          database.pragma('synchronous = FULL');
        }
      }),
    lock: async () => undefined,
    isHeld: async () => false,
    isFull,
    isDamaged: () => isDamaged,
    shrink: async () => shrink(database),
    // a number in the file's header that nothing reads
    touch: async () => {
      database.pragma('user_version = 0');
    },
    close: async () => {
      await commits.idle();
      await db.destroy();
      if (database.open) database.close();
    },
  };
}

const texts: Engine['texts'] = (values) => sql`(select value from json_each(${JSON.stringify(values)}))`;
const nowMs: Engine['nowMs'] = (afterMs) => sql<number>`${Date.now() + afterMs}`;

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));
}

/** Reads a database file that is open elsewhere in this process. */
export function openSqliteReader(path: string): Engine {
  const database = new Database(path, { readonly: true });
  database.pragma('busy_timeout = 5000');
  let isDamaged = false;
  const onError = (error: unknown) => {
    isDamaged ||= isDamage(error);
  };
  const db = new Kysely<Tables>({ dialect: dialectOf(database, onError) });
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
    lock: refuse,
    isHeld: refuse,
    isFull,
    isDamaged: () => isDamaged,
    shrink: refuse,
    touch: refuse,
    close: () => db.destroy(),
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

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL';
}

/**
 * SQLite itself rolls a transaction back when the disk is full. Kysely's own rollback would then fail, too, and its
 * error would hide the original one.
 */
function dialectOf(database: Database.Database, onError: (error: unknown) => void): SqliteDialect {
  const dialect = new SqliteDialect({ database: preparingOnce(database) });
  const create = dialect.createDriver.bind(dialect);
  dialect.createDriver = () => {
    const driver = create();
    const rollBack = driver.rollbackTransaction.bind(driver);
    driver.rollbackTransaction = async (connection) => {
      if (database.inTransaction) await rollBack(connection);
    };
    const acquire = driver.acquireConnection.bind(driver);
    driver.acquireConnection = async () => noticing(await acquire(), onError);
    return driver;
  };
  return dialect;
}

function noticing(connection: DatabaseConnection, onError: (error: unknown) => void): DatabaseConnection {
  return {
    executeQuery: (query) =>
      connection.executeQuery(query).catch((error: unknown) => {
        onError(error);
        throw error;
      }),
    streamQuery: (query, size) => connection.streamQuery(query, size),
  } as DatabaseConnection;
}
