/** The sidecar of a run's script; earlier runs have none. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('sidecar', 'text').execute();
}
