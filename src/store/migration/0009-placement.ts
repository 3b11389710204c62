/** Files beside scripts as bundles, what runs need of a worker, and what each worker offers. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  for (const name of ['bundle', 'needs']) await db.schema.alterTable('runs').addColumn(name, 'text').execute();
  await db.schema.alterTable('leases').addColumn('offers', 'text').execute();
  await db.schema
    .createTable('bundles')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('used_at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('bundle_blobs')
    .addColumn('bundle', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('size_bytes', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('bundle_blobs_key', ['bundle', 'hash'])
    .execute();
  await sql`create index bundle_blobs_hash on bundle_blobs (hash)`.execute(db);
  // of unfinished runs only: a report needs no bundle
  await sql`create index runs_bundle on runs (bundle) where ended_at_ms is null and bundle is not null`.execute(db);
  await sql`create index runs_waiting_needs on runs (needs) where status = 'queued' and needs is not null`.execute(db);
}
