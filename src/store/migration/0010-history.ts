/** The history of one user, and the list without deleted reports, without reading all other runs. */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.createIndex('runs_by_user').on('runs').columns(['submitted_by', 'number']).execute();
  await sql`create index runs_kept on runs (number) where deleted_at_ms is null`.execute(db);
}
