/** What differs between database engines, as data: no other file of the store asks which engine it runs on. */
import type { CreateTableBuilder, Kysely, Transaction } from 'kysely';
import type { Tables } from '../schema.ts';

export interface Engine {
  readonly db: Kysely<Tables>;
  /**
   * Rows can be locked one by one (`FOR UPDATE SKIP LOCKED`); otherwise transactions run one after the other anyway.
   */
  readonly locksRows: boolean;
  /** Adds the `number` column: a primary key that counts up and never reuses a value. */
  addNumber<T extends string, C extends string>(table: CreateTableBuilder<T, C>): CreateTableBuilder<T, C | 'number'>;
  /**
   * A transaction that does not wait for the disk. The machine's end may undo it, never without all that came after it;
   * for what `recover` would undo anyway.
   */
  unsynced<T>(work: (db: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** True when the error says that the disk (or the database's quota) is full. */
  isFull(error: unknown): boolean;
  /** True once a part of the database could not be read because its bytes are wrong. */
  isDamaged(): boolean;
  /** Gives some room of what was deleted back to the disk; true when there is more to give. */
  shrink(): boolean;
  /** A durable write that changes nothing. */
  touch(): void;
  close(): Promise<void>;
}
