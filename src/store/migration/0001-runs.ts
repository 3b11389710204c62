/** Runs, their event logs and their blobs. */
import type { Kysely } from 'kysely';
import type { Engine } from '../engine/engine.ts';

export async function up(db: Kysely<never>, engine: Engine): Promise<void> {
  await engine
    .addNumber(db.schema.createTable('runs'))
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('script', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('revision', 'text', (column) => column.notNull())
    .addColumn('given', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('submitted_by', 'text', (column) => column.notNull())
    .addColumn('trigger', 'text', (column) => column.notNull())
    .addColumn('parent', 'text')
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('worker', 'text')
    .addColumn('timezone', 'text', (column) => column.notNull())
    .addColumn('environment', 'text')
    .addColumn('server_version', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('started_at_ms', 'bigint')
    .addColumn('ended_at_ms', 'bigint')
    .addColumn('deleted_at_ms', 'bigint')
    .addColumn('pinned', 'integer', (column) => column.notNull())
    .addColumn('retain_ms', 'bigint')
    .addColumn('cells_total', 'integer', (column) => column.notNull())
    .addColumn('cells_done', 'integer', (column) => column.notNull())
    .addColumn('progress', 'text')
    .addColumn('results', 'text', (column) => column.notNull())
    .addColumn('artifacts', 'text', (column) => column.notNull())
    .addColumn('last_seq', 'integer', (column) => column.notNull())
    .addColumn('size_bytes', 'bigint', (column) => column.notNull())
    .addColumn('cancel_by', 'text')
    .addColumn('idempotency_key', 'text')
    .addColumn('secrets', 'text')
    .execute();
  await db.schema.createIndex('runs_by_status').on('runs').columns(['status', 'number']).execute();
  await db.schema.createIndex('runs_by_script').on('runs').columns(['script', 'number']).execute();
  await db.schema.createIndex('runs_by_outcome').on('runs').columns(['script', 'status', 'number']).execute();
  await db.schema.createIndex('runs_by_key').on('runs').columns(['submitted_by', 'idempotency_key']).unique().execute();
  await createLog(db);
}

async function createLog(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('run_number', 'integer', (column) => column.notNull().references('runs.number').onDelete('cascade'))
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('events_key', ['run_number', 'seq'])
    .execute();
  await db.schema
    .createTable('run_blobs')
    .addColumn('run_number', 'integer', (column) => column.notNull().references('runs.number').onDelete('cascade'))
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('size_bytes', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('run_blobs_key', ['run_number', 'hash'])
    .execute();
}
