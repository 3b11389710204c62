/** Rules that scripts carry themselves, in the database, on every engine. */
import type { Kysely } from 'kysely';
import { AppError } from '../domain/error.ts';
import { SCRIPT_RULE_LIMITS, type ScriptRuleStore } from '../domain/access/script-rule.ts';
import type { Tables } from './schema.ts';
import type { StoreContext } from './store-context.ts';

export function createScriptRuleStore(
  { engine: { db } }: Pick<StoreContext, 'engine'>,
  { count } = SCRIPT_RULE_LIMITS,
): ScriptRuleStore {
  return {
    async list() {
      const rows = await db.selectFrom('script_rules').selectAll().orderBy('script').execute();
      return rows.map(({ is_gone, ...rule }) => (is_gone === 0 ? rule : { ...rule, isGone: true }));
    },
    async markGone({ script, text }) {
      const { numUpdatedRows } = await db
        .updateTable('script_rules')
        .set({ is_gone: 1 })
        .where('script', '=', script)
        .where('text', '=', text)
        .where('is_gone', '=', 0)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async put({ script, text, file }) {
      const rule = { text, file, is_gone: 0 };
      const { others } = await db
        .selectFrom('script_rules')
        .select(({ fn }) => fn.countAll().as('others'))
        .where('script', '!=', script)
        .executeTakeFirstOrThrow();
      if (Number(others) >= count)
        throw new AppError(
          'unavailable',
          `The rules of ${count} scripts are remembered, and no more can be: delete reports of scripts that are gone.`,
        );
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('script_rules')
        .values({ script, ...rule })
        .onConflict((conflict) =>
          conflict
            .column('script')
            .doUpdateSet(rule)
            .where(({ eb, or }) =>
              or(
                (['text', 'file', 'is_gone'] as const).map((column) =>
                  eb(`script_rules.${column}`, '!=', eb.ref(`excluded.${column}`)),
                ),
              ),
            ),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    async remove(script) {
      const { numDeletedRows } = await db
        .deleteFrom('script_rules')
        .where('script', '=', script)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
    forget: (except) => forget(db, new Set(except)),
  };
}

async function forget(db: Kysely<Tables>, kept: ReadonlySet<string>): Promise<void> {
  const unused = await db
    .selectFrom('script_rules')
    .select('script')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('runs').select('number').whereRef('runs.script', '=', 'script_rules.script'))),
    )
    .execute();
  for (const { script } of unused)
    if (!kept.has(script))
      await db
        .deleteFrom('script_rules')
        .where('script', '=', script)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('runs').select('number').where('runs.script', '=', script))),
        )
        .execute();
}
