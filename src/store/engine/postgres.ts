/** PostgreSQL 14 or newer: several processes on one database, rows locked one by one, commits synced by the server. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Tables } from '../schema.ts';
import type { Engine } from './engine.ts';

/** For one process. Reads of pages need one each for a moment, the writer of each run one for a commit. */
const MAX_CONNECTIONS = 10;
/** How long to wait for a connection before the request that needs it fails. */
const CONNECT_MS = 10_000;
/** How often a transaction that the server ended in favour of another one is executed at most. */
const MAX_ATTEMPTS = 10;
/** 64-bit integers and sums arrive as text; all of ours are exact as numbers. Source: `pg_type`. */
const NUMBERS = new Set([20, 1700]);
/** Source: PostgreSQL, Appendix A: `serialization_failure`, `deadlock_detected`. */
const ENDED_FOR_ANOTHER = new Set(['40001', '40P01']);
const DISK_FULL = '53100';
/** `data_corrupted`, `index_corrupted`. */
const DAMAGED = new Set(['XX001', 'XX002']);

/** `url`: `postgres://user:password@host:port/database`. Connects when it is first used. */
export function openPostgres(url: string): Engine {
  let isDamaged = false;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'script-runner',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    types: { getTypeParser: typeParser },
  });
  // the next query says what is wrong with an idle connection that was closed
  pool.on('error', () => undefined);
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: (event) => {
      if (event.level === 'error') isDamaged ||= DAMAGED.has(codeOf(event.error));
    },
  });
  const transaction: Engine['transaction'] = (work) => repeated(() => db.transaction().execute(work));
  return {
    db,
    locksRows: true,
    isShared: true,
    nowMs: (afterMs) =>
      sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint + ${Math.round(afterMs)}::bigint`,
    addNumber: (table) =>
      table.addColumn('number', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey()),
    transaction,
    unsynced: (work) =>
      transaction(async (current) => {
        await sql`set local synchronous_commit = off`.execute(current);
        return work(current);
      }),
    isFull: (error) => codeOf(error) === DISK_FULL,
    isDamaged: () => isDamaged,
    // the server's own vacuum does
    shrink: async () => false,
    // a message in the write-ahead log that nobody reads
    touch: async () => {
      await sql`select pg_logical_emit_message(true, 'script-runner', '')`.execute(db);
    },
    close: () => db.destroy(),
  };
}

async function repeated<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !ENDED_FOR_ANOTHER.has(codeOf(error))) throw error;
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : '';
}

function typeParser(oid: number, format?: 'text' | 'binary') {
  return NUMBERS.has(oid) ? Number : pg.types.getTypeParser(oid, format as 'text');
}
