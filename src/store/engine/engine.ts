/** The differences between database engines, as data: no other file of the store asks which engine it runs on. */
import type { CreateTableBuilder, Kysely, RawBuilder, Transaction } from 'kysely';
import type { Tables } from '../schema.ts';

export type TransactionWork<T> = (db: Transaction<Tables>, mayBeDone: boolean) => Promise<T>;

export interface TransactionOptions {
  /** Without a connection for so long, it throws `unavailable`. */
  readonly patienceMs?: number;
  /**
   * Called when it is committed, and others see what it has written. That may be before it is durable: what this begins
   * must be undone by a crash, too, until a later transaction is durable.
   */
  readonly onCommit?: () => void;
}

export interface Engine {
  /** What it reads and writes outside of transactions is durable when it is given, too. */
  readonly db: Kysely<Tables>;
  /**
   * Rows can be locked one by one (`FOR UPDATE SKIP LOCKED`); otherwise transactions run one after the other anyway.
   */
  readonly locksRows: boolean;
  /** Several processes work on the database at the same time; otherwise a lock admits one. */
  readonly isShared: boolean;
  /** A joined query may refer to the row that it is joined to (`LATERAL`). */
  readonly joinsLateral: boolean;
  /**
   * By which a long table can be read piece by piece, as it is stored; undefined: a long statement delays nobody.
   */
  readonly rowNumber: RawBuilder<number> | undefined;
  /** A selection of these texts as `value`, however many: one parameter, since engines bound their number. */
  texts(values: readonly string[]): RawBuilder<unknown>;
  /** The time by the database's clock, which all processes share, in epoch milliseconds, plus `afterMs`. */
  nowMs(afterMs: number): RawBuilder<number>;
  /** Adds the `number` column: a primary key that counts up and never reuses a value. */
  addNumber<T extends string, C extends string>(table: CreateTableBuilder<T, C>): CreateTableBuilder<T, C | 'number'>;
  /**
   * A durable transaction. It may be executed again, from its beginning, when the engine ended it in favour of another
   * one, or the connection was lost: `work` has no effects but on the database. With `mayBeDone`, an earlier execution
   * may have been committed, and `work` finds out.
   */
  transaction<T>(work: TransactionWork<T>, options?: TransactionOptions): Promise<T>;
  /**
   * The same, but it does not wait for the disk. A crash of the machine may undo it, but then also everything after
   * it; used for what `recover` would undo anyway.
   */
  unsynced<T>(work: TransactionWork<T>): Promise<T>;
  /** Reads what may not be durable yet: for what a crash would undo with it. */
  peek<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Others that lock the same name wait until the transaction ends; nothing where there is one connection only. */
  lock(db: Transaction<Tables>, name: string): Promise<void>;
  /** Whether another process holds the lock of this name, see `postgres-lock`; false where one process is alone. */
  isHeld(db: Transaction<Tables>, name: string): Promise<boolean>;
  /** True when the error says that the disk (or the database's quota) is full. */
  isFull(error: unknown): boolean;
  /** True once a part of the database could not be read because its bytes are damaged. */
  isDamaged(): boolean;
  /** Returns some space of deleted rows to the disk; true when there is more to return. */
  shrink(): Promise<boolean>;
  /** A durable write that changes nothing. */
  touch(): Promise<void>;
  close(): Promise<void>;
}
