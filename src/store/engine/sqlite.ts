/** SQLite, embedded: one file, one connection, write-ahead log, commits synced to the disk. */
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { Tables } from '../schema.ts';
import type { Engine } from './engine.ts';

/** Opens or makes the database file. `:memory:` is for tests. */
export function openSqlite(path: string): Engine {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('busy_timeout = 5000');
  const db = new Kysely<Tables>({ dialect: dialectOf(database) });
  return {
    db,
    locksRows: false,
    addNumber: (table) => table.addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement()),
    unsynced: (work) => db.connection().execute(async (connection) => {
      database.pragma('synchronous = NORMAL');
      try {
        return await connection.transaction().execute(work);
      } finally {
        database.pragma('synchronous = FULL');
      }
    }),
    isFull: (error) => error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL',
    // a number in the file's header that nothing reads
    touch: () => { database.pragma('user_version = 0'); },
    close: async () => {
      await db.destroy();
      if (database.open) database.close();
    },
  };
}

/**
 * SQLite itself rolls a transaction back when the disk is full. Kysely's own rollback would then fail in turn, and its error
 * would hide the one that says so.
 */
function dialectOf(database: Database.Database): SqliteDialect {
  const dialect = new SqliteDialect({ database });
  const create = dialect.createDriver.bind(dialect);
  dialect.createDriver = () => {
    const driver = create();
    const rollBack = driver.rollbackTransaction.bind(driver);
    driver.rollbackTransaction = async (connection) => { if (database.inTransaction) await rollBack(connection); };
    return driver;
  };
  return dialect;
}
