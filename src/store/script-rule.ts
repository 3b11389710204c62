/** Rules that scripts carry themselves, in the database, on every engine. */
import { AppError } from '../domain/error.ts';
import { SCRIPT_RULE_LIMITS, type ScriptRuleStore } from '../domain/access/script-rule.ts';
import type { StoreContext } from './store-context.ts';

export function createScriptRuleStore(
  { engine: { db } }: Pick<StoreContext, 'engine'>,
  { count } = SCRIPT_RULE_LIMITS,
): ScriptRuleStore {
  return {
    list: () => db.selectFrom('script_rules').select(['script', 'text', 'file']).orderBy('script').execute(),
    async put({ script, text, file }) {
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
      await db
        .insertInto('script_rules')
        .values({ script, text, file })
        .onConflict((conflict) => conflict.column('script').doUpdateSet({ text, file }))
        .execute();
    },
    async remove(script) {
      await db.deleteFrom('script_rules').where('script', '=', script).execute();
    },
    async forget(except) {
      const kept = new Set(except);
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
    },
  };
}
