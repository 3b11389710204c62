/**
 * Transactions that are begun at the same moment, or while others wait for the disk, share one commit. Each of them is
 * still done as a whole or not at all.
 */
import { setImmediate } from 'node:timers';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Tables } from '../schema.ts';
import type { Engine, TransactionOptions, TransactionWork } from './engine.ts';

/** Others that use the database wait meanwhile. */
const AT_ONCE = 32;

interface Job {
  readonly work: TransactionWork<unknown>;
  readonly onCommit: (() => void) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Done {
  readonly commit?: (() => void) | undefined;
  /** Tells the caller, once it is on the disk. */
  readonly end: () => void;
}

export interface SharedCommits extends Pick<Engine, 'transaction'> {
  /** Settles when none of those that were begun waits any more. */
  idle(): Promise<void>;
}

interface Connection {
  /** Whether a transaction is open; SQLite itself ends one when the disk is full. */
  isOpen(): boolean;
  /** In a transaction: `done` is called when it is committed. */
  onCommit(done: () => void): void;
}

export function createSharedCommits(db: Kysely<Tables>, { isOpen, onCommit }: Connection): SharedCommits {
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
    let isCommitted = false;
    const committed = db.transaction().execute(async (current) => {
      const all: Done[] = [];
      for (const job of jobs) all.push(await within(current, job));
      onCommit(() => {
        isCommitted = true;
        for (const { commit } of all) commit?.();
      });
      return all;
    });
    return committed.then(
      (all) => {
        for (const { end } of all) end();
        return true;
      },
      (error: unknown) => {
        // done, but perhaps not on the disk
        if (isCommitted) for (const { reject } of jobs) reject(error);
        return isCommitted;
      },
    );
  }

  async function within(current: Transaction<Tables>, { work, onCommit: commit, resolve, reject }: Job): Promise<Done> {
    await SAVE.execute(current);
    try {
      const result = await work(current, false);
      await RELEASE.execute(current);
      return { commit, end: () => resolve(result) };
    } catch (error) {
      if (!isOpen()) throw error;
      await UNDO.execute(current);
      await RELEASE.execute(current);
      return { end: () => reject(error) };
    }
  }

  function alone({ work, onCommit: done, resolve, reject }: Job): Promise<void> {
    return db
      .transaction()
      .execute((current) => {
        if (done !== undefined) onCommit(done);
        return work(current, false);
      })
      .then(resolve, reject);
  }

  return {
    transaction: <T>(work: TransactionWork<T>, { onCommit: done }: TransactionOptions = {}) => {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      waiting.push({ work, onCommit: done, resolve: resolve as Job['resolve'], reject });
      emptied ??= empty();
      return promise;
    },
    idle: async () => emptied,
  };
}

const SAVE = sql`savepoint own`;
const UNDO = sql`rollback to own`;
const RELEASE = sql`release own`;
