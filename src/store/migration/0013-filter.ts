/**
 * The history with several filters, and the newest report of each script, from indexes alone. A planner that has to
 * read rows for a filter prefers to read all runs, the newest first, where it expects to find matching ones soon.
 */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  for (const name of ['runs_by_script', 'runs_by_user', 'runs_by_status']) await db.schema.dropIndex(name).execute();
  const columns = {
    runs_by_script: ['script', 'number', 'status', 'submitted_by', 'created_at_ms', 'deleted_at_ms'],
    runs_by_user: ['submitted_by', 'number', 'status', 'script', 'created_at_ms', 'deleted_at_ms'],
    runs_by_status: ['status', 'number', 'created_at_ms', 'deleted_at_ms'],
  };
  for (const [name, own] of Object.entries(columns))
    await db.schema.createIndex(name).on('runs').columns(own).execute();
  // with the columns of its condition: SQLite would prefer an index that has them, but also deleted runs
  await sql`create index runs_latest on runs (script, number, ended_at_ms, deleted_at_ms)
    where deleted_at_ms is null and ended_at_ms is not null`.execute(db);
  // see `run-period`
  await sql`create index runs_by_time on runs ((number / 8192), created_at_ms)`.execute(db);
}
