/**
 * What retention needs: who owns each blob, the size of the log without its blobs, and a record of what was deleted.
 */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Engine } from '../engine/engine.ts';

export async function up(db: Kysely<never>, engine: Engine): Promise<void> {
  await db.schema.alterTable('runs').renameColumn('size_bytes', 'log_bytes').execute();
  await sql`update runs set log_bytes = coalesce((select sum(length(body)) from events where run_number = runs.number), 0)`.execute(
    db,
  );
  await sql`insert into run_blobs (run_number, hash, size_bytes) select number, revision, 0 from runs where deleted_at_ms is null
    on conflict (run_number, hash) do nothing`.execute(db);
  await db.schema
    .createTable('blobs')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('size_bytes', 'bigint', (column) => column.notNull())
    .addColumn('owners', 'integer', (column) => column.notNull())
    .execute();
  await sql`insert into blobs (hash, size_bytes, owners) select hash, max(size_bytes), count(*) from run_blobs group by hash`.execute(
    db,
  );
  await engine
    .addNumber(db.schema.createTable('clearings'))
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  // contain everything needed to choose and to add up, so that the wide rows are not read
  const mayGo = sql`where pinned = 0 and deleted_at_ms is null and ended_at_ms is not null`;
  await sql`create index runs_by_end on runs (ended_at_ms, number, script, retain_ms) ${mayGo}`.execute(db);
  await sql`create index runs_held on runs (script, number, log_bytes) ${mayGo}`.execute(db);
  await sql`create index runs_pinned on runs (number) where pinned = 1`.execute(db);
  await sql`create index runs_deleted on runs (deleted_at_ms) where deleted_at_ms is not null`.execute(db);
}
