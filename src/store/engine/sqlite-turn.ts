/**
 * The one connection to SQLite: its users take turns, and nobody gets what was read or written before it is on the
 * disk. The next turn begins meanwhile.
 */
import type Database from 'better-sqlite3';
import { SqliteAdapter, SqliteDialect, type DatabaseConnection } from 'kysely';
import { preparingOnce } from './sqlite-statement.ts';

export interface Turns {
  readonly dialect: SqliteDialect;
  /** In a turn: it ends without waiting for the disk. */
  endSoon(): void;
  /** In the turn of a transaction: `done` is called when it is committed, before it is on the disk. */
  onCommit(done: () => void): void;
  /** A turn that uses the database directly. */
  alone<T>(work: () => T): Promise<T>;
}

interface Turn {
  hasWritten: boolean;
  waits: boolean;
  onCommit?: () => void;
}

/** `durable` is asked at the end of each turn; undefined: nothing to wait for. */
export function createTurns(
  database: Database.Database,
  durable: (hasWritten: boolean) => Promise<void> | undefined,
  onError: (error: unknown) => void,
): Turns {
  const waiting: (() => void)[] = [];
  let turn: Turn | undefined;

  async function begin(): Promise<void> {
    if (turn !== undefined) await new Promise<void>((resolve) => void waiting.push(resolve));
    turn = { hasWritten: false, waits: true };
  }

  /** Settles when what the turn has seen is durable. */
  function end(): Promise<void> | undefined {
    const { hasWritten = false, waits = false } = turn ?? {};
    const next = waiting.shift();
    // otherwise it stays taken, for the next one
    if (next === undefined) turn = undefined;
    else next();
    return waits ? durable(hasWritten) : undefined;
  }

  const prepared = preparingOnce(database, ({ readonly }) => {
    if (turn !== undefined) turn.hasWritten ||= !readonly;
  });
  const dialect = new SqliteDialect({ database: prepared });
  // Kysely would let the next one wait for the disk, too
  dialect.createAdapter = () =>
    Object.create(new SqliteAdapter(), { supportsMultipleConnections: { value: true } }) as SqliteAdapter;
  const create = dialect.createDriver.bind(dialect);
  dialect.createDriver = () => {
    const driver = create();
    const acquire = driver.acquireConnection.bind(driver);
    const commit = driver.commitTransaction.bind(driver);
    const rollBack = driver.rollbackTransaction.bind(driver);
    return Object.assign(driver, {
      acquireConnection: async () => {
        await begin();
        return noticing(await acquire(), onError);
      },
      releaseConnection: async () => end(),
      commitTransaction: async (connection: DatabaseConnection) => {
        await commit(connection);
        turn?.onCommit?.();
      },
      // SQLite itself rolls a transaction back when the disk is full; Kysely's own rollback would then fail, too, and
      // its error would hide the original one
      rollbackTransaction: async (connection: DatabaseConnection) => {
        if (database.inTransaction) await rollBack(connection);
        if (turn !== undefined) turn.hasWritten = false;
      },
    });
  };
  return {
    dialect,
    endSoon: () => void (turn!.waits = false),
    onCommit: (done) => void (turn!.onCommit = done),
    async alone(work) {
      await begin();
      try {
        return work();
      } finally {
        turn!.waits = false;
        void end();
      }
    },
  };
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
