/** The commit from which a run's script came. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('source_commit', 'text').execute();
}
