/** Which file of parameters lay beside the script of a run; runs from before have none. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('sidecar', 'text').execute();
}
