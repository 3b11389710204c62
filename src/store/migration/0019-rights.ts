/**
 * Whose quotas count a run, whether the file of a script still says its rule, by what a provider finds a person again,
 * which links have a preview, and the audit by network address.
 */
import type { Kysely } from 'kysely';
import type { Engine } from '../engine/engine.ts';

/** Entries that are read at a time. */
const PIECE = 1_000;

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('quota_members', 'text').execute();
  await db.schema.dropIndex('runs_by_day').execute();
  await db.schema
    .createIndex('runs_by_day')
    .on('runs')
    .columns(['created_at_ms', 'script', 'started_at_ms', 'ended_at_ms', 'quota_members'])
    .execute();
  await db.schema.alterTable('people').addColumn('lookup', 'text').execute();
  const flag = { script_rules: 'is_gone', links: 'preview' };
  for (const [table, column] of Object.entries(flag))
    await db.schema
      .alterTable(table)
      .addColumn(column, 'integer', (added) => added.notNull().defaultTo(0))
      .execute();
  await db.schema.alterTable('audit').addColumn('address', 'text').execute();
  await readAddresses(db as unknown as Engine['db']);
  await db.schema.createIndex('audit_by_address').on('audit').columns(['address', 'number']).execute();
}

/** The column repeats what the entries say. */
async function readAddresses(db: Engine['db']): Promise<void> {
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('audit')
      .select(['number', 'body'])
      .where('number', '>', after)
      .orderBy('number')
      .limit(PIECE)
      .execute();
    for (const { number, body } of rows) {
      const { address } = JSON.parse(body) as { address?: string };
      if (address !== undefined) await db.updateTable('audit').set({ address }).where('number', '=', number).execute();
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = Number(last.number);
  }
}
