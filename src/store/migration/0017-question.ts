/** Questions for choices that workers answer for processes without kernels; see `domain/run/choice-question`. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('choice_questions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('asked_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('until_ms', 'bigint', (column) => column.notNull())
    .addColumn('needs', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('taken_by', 'text')
    .addColumn('answer', 'text')
    .execute();
}
