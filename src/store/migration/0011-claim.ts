/** Which files were claimed by who stores them, and which are being deleted; see `blob-claim`. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .alterTable('blobs')
    .addColumn('claimed_ms', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('blobs').addColumn('doomed_until_ms', 'bigint').execute();
  await sql`create index blobs_unowned on blobs (claimed_ms) where owners <= 0`.execute(db);
}
