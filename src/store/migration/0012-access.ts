/** What processes that share a database know of access: tries of passwords, and which key they use. */
import type { Kysely } from 'kysely';
import type { Engine } from '../engine/engine.ts';

export async function up(db: Kysely<never>, engine: Engine): Promise<void> {
  await engine
    .addNumber(db.schema.createTable('password_tries'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('who', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.alterTable('identity').addColumn('key_fingerprint', 'text').execute();
}
