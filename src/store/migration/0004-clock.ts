/** The last moment that retention knew, and a jump of the clock that is in doubt. */
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
