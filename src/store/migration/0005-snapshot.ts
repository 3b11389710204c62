/** When the data of a run's snapshot was taken, or why the run did not use the snapshot that its script requests. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('data_at_ms', 'bigint').execute();
  await db.schema.alterTable('runs').addColumn('without_snapshot', 'text').execute();
}
