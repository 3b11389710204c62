/** Named values of scripts, and the last values of each viewer; see `domain/preset`. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('presets')
    .addColumn('script', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('maker', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('used_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at_ms', 'bigint')
    .addColumn('missing_since_ms', 'bigint')
    .addPrimaryKeyConstraint('presets_key', ['script', 'owner', 'name'])
    .execute();
  // the last values, the oldest first; and the others, to count them
  await db.schema.createIndex('presets_by_use').on('presets').columns(['name', 'used_at_ms']).execute();
}
