/** PostgreSQL 14 or newer: several processes on one database, rows locked one by one, commits synced by the server. */
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import type { Tables } from '../schema.ts';
import type { Engine } from './engine.ts';
import { isHeld } from './postgres-lock.ts';
import { DatabaseLostError, isDamage, isEndedForAnother, isFull } from './postgres-error.ts';
import { createPool, type PostgresOptions } from './postgres-pool.ts';

/** For one process. Reads of pages need one each for a moment, the writer of each run one for a commit. */
const MAX_CONNECTIONS = 10;
/** How often a transaction that the server ended in favour of another one is executed at most. */
const MAX_ATTEMPTS = 10;
/** How long a transaction is tried again after the connection was lost, unless its caller has more patience. */
const PATIENCE_MS = 5_000;
/** A process that stands still in a transaction lets the others wait so long. */
const LOCKED_IDLE = '5s';
const FIRST_WAIT_MS = 50;
const LAST_WAIT_MS = 1_000;

/** Connects when it is first used. `connections`: how many at most. */
export function openPostgres(options: PostgresOptions, connections = MAX_CONNECTIONS): Engine {
  let isDamaged = false;
  const pool = createPool(options, connections, (error) => {
    isDamaged ||= isDamage(error);
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const transaction: Engine['transaction'] = async (work, { patienceMs, onCommit } = {}) => {
    const result = await repeated(db, work, patienceMs);
    onCommit?.();
    return result;
  };
  return {
    db,
    locksRows: true,
    isShared: true,
    joinsLateral: true,
    texts: (values) => sql`(select unnest(${values}::text[]) as value)`,
    rowNumber: undefined,
    nowMs: (afterMs) =>
      sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint + ${Math.round(afterMs)}::bigint`,
    addNumber: (table) =>
      table.addColumn('number', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey()),
    transaction,
    unsynced: (work) =>
      transaction(async (current, mayBeDone) => {
        await sql`set local synchronous_commit = off`.execute(current);
        return work(current, mayBeDone);
      }),
    peek: (work) => work(db),
    lock: async (current, name) => {
      await sql`select set_config('idle_in_transaction_session_timeout', ${LOCKED_IDLE}, true),
        pg_advisory_xact_lock(hashtext(${`script-runner ${name}`}), hashtext(current_schema()))`.execute(current);
    },
    isHeld,
    isFull,
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

/** Executes the transaction until it is committed, or has certainly failed, or there is no patience left. */
async function repeated<T>(
  db: Kysely<Tables>,
  work: (db: Transaction<Tables>, mayBeDone: boolean) => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const untilMs = performance.now() + patienceMs;
  let mayBeDone = false;
  let waitMs = FIRST_WAIT_MS;
  for (let attempt = 1; ; attempt += 1) {
    let isCommitting = false;
    try {
      return await db.transaction().execute(async (current) => {
        const result = await work(current, mayBeDone);
        isCommitting = true;
        return result;
      });
    } catch (error) {
      if (isEndedForAnother(error) && attempt < MAX_ATTEMPTS) continue;
      if (!(error instanceof DatabaseLostError) || performance.now() + waitMs > untilMs) throw error;
      mayBeDone ||= isCommitting;
      await wait(waitMs);
      waitMs = Math.min(waitMs * 2, LAST_WAIT_MS);
    }
  }
}
