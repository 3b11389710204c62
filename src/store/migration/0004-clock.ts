/** The last time that retention knew, and an unconfirmed jump of the clock. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('clock')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('known_ms', 'bigint', (column) => column.notNull())
    .addColumn('jump_to_ms', 'bigint')
    .addColumn('jump_by_ms', 'bigint')
    .execute();
}
