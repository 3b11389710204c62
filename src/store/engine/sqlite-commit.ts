/**
 * Transactions that are begun at the same moment share one commit: each commit waits for the disk, and the whole server
 * with it. Each of them is still done as a whole or not at all.
 */
import { setImmediate } from 'node:timers';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Tables } from '../schema.ts';
import type { Engine, TransactionWork } from './engine.ts';

/** Others that use the database wait meanwhile. */
const AT_ONCE = 32;

interface Job {
  readonly work: TransactionWork<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface SharedCommits extends Pick<Engine, 'transaction'> {
  /** Settles when none of those that were begun waits any more. */
  idle(): Promise<void>;
}

/** `isOpen`: whether a transaction is open; SQLite itself ends one when the disk is full. */
export function createSharedCommits(db: Kysely<Tables>, isOpen: () => boolean): SharedCommits {
  let waiting: Job[] = [];
  let emptied: Promise<void> | undefined;

  async function empty(): Promise<void> {
    // what else has arrived, from clients and kernels, begins its transactions first
    await new Promise<void>((resolve) => void setImmediate(resolve));
    while (waiting.length > 0) {
      const jobs = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      if (jobs.length === 1 || !(await together(jobs))) for (const job of jobs) await alone(job);
    }
    emptied = undefined;
  }

  /** False if the commit, or the engine, failed: then nothing has been done. */
  async function together(jobs: readonly Job[]): Promise<boolean> {
    const committed = db.transaction().execute(async (current) => {
      const ends: (() => void)[] = [];
      for (const job of jobs) ends.push(await within(current, job));
      return ends;
    });
    return committed.then(
      (ends) => {
        for (const end of ends) end();
        return true;
      },
      () => false,
    );
  }

  /** Returns what tells the caller, once it is on the disk. */
  async function within(current: Transaction<Tables>, { work, resolve, reject }: Job): Promise<() => void> {
    await SAVE.execute(current);
    try {
      const result = await work(current, false);
      await RELEASE.execute(current);
      return () => resolve(result);
    } catch (error) {
      if (!isOpen()) throw error;
      await UNDO.execute(current);
      await RELEASE.execute(current);
      return () => reject(error);
    }
  }

  function alone({ work, resolve, reject }: Job): Promise<void> {
    return db
      .transaction()
      .execute((current) => work(current, false))
      .then(resolve, reject);
  }

  return {
    transaction: <T>(work: TransactionWork<T>) => {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      waiting.push({ work, resolve: resolve as Job['resolve'], reject });
      emptied ??= empty();
      return promise;
    },
    idle: async () => emptied,
  };
}

const SAVE = sql`savepoint own`;
const UNDO = sql`rollback to own`;
const RELEASE = sql`release own`;
