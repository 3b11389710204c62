/** When the data of a run was taken, or why it ran without the snapshot that its script asks for. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('data_at_ms', 'bigint').execute();
  await db.schema.alterTable('runs').addColumn('without_snapshot', 'text').execute();
}
