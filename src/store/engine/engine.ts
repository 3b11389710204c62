/** What differs between database engines, as data: no other file of the store asks which engine it runs on. */
import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Tables } from '../schema.ts';

export interface Engine {
  readonly db: Kysely<Tables>;
  /** Rows can be locked one by one (`FOR UPDATE SKIP LOCKED`); otherwise transactions run one after the other anyway. */
  readonly locksRows: boolean;
  /** Adds the `number` column: a primary key that counts up and never reuses a value. */
  addNumber<T extends string, C extends string>(table: CreateTableBuilder<T, C>): CreateTableBuilder<T, C | 'number'>;
  /** True when the error says that the disk (or the database's quota) is full. */
  isFull(error: unknown): boolean;
  /** A durable write that changes nothing. */
  touch(): void;
  close(): Promise<void>;
}
