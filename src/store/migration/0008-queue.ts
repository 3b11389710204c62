/** The order of the queue: the priority of each run, its turns (see `domain/run/run-turn`), its script's limit. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  for (const name of ['priority', 'turn', 'script_turn'])
    await db.schema
      .alterTable('runs')
      .addColumn(name, name === 'priority' ? 'integer' : 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  await db.schema.alterTable('runs').addColumn('script_limit', 'integer').execute();
  await db.schema
    .createTable('lines')
    .addColumn('priority', 'integer', (column) => column.primaryKey())
    .addColumn('turn', 'bigint', (column) => column.notNull())
    .addColumn('passed', 'bigint', (column) => column.notNull())
    .execute();
  await sql`insert into lines (priority, turn, passed) values (0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 0)`.execute(db);
  // of waiting runs only, with everything needed to choose, so that the wide rows are not read
  const waiting = sql`where status = 'queued'`;
  await sql`create index runs_waiting on runs (priority, turn, number, submitted_by, script, script_limit) ${waiting}`.execute(
    db,
  );
  await sql`create index runs_waiting_own on runs (submitted_by, priority, script_turn, number, script, script_limit) ${waiting}`.execute(
    db,
  );
  await sql`create index runs_waiting_turn on runs (submitted_by, priority, turn) ${waiting}`.execute(db);
  await sql`create index runs_waiting_script on runs (submitted_by, priority, script, script_turn) ${waiting}`.execute(
    db,
  );
}
