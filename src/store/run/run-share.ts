/** With whom reports are shared. Rows are deleted with the report. */
import { AppError } from '../../domain/error.ts';
import { SHARE_LIMITS, type ShareStore } from '../../domain/run/share.ts';
import { lockRow } from '../log.ts';
import type { StoreContext } from '../store-context.ts';
import { orUnavailable } from '../store-context.ts';

export function runShare(context: StoreContext): ShareStore {
  const { engine } = context;
  const { db } = engine;
  const numberOf = (id: string) => db.selectFrom('runs').select('number').where('id', '=', id);
  return {
    async share(id, grantees, by, atMs) {
      await orUnavailable(context, () =>
        engine.transaction(async (change) => {
          const row = await lockRow(engine, change, id);
          if (row.deleted_at_ms !== null) throw new AppError('gone', 'This report has been deleted.');
          const values = grantees.map((grantee) => ({
            run_number: row.number,
            grantee,
            given_by: by,
            given_at_ms: atMs,
          }));
          await change
            .insertInto('shares')
            .values(values)
            .onConflict((conflict) => conflict.columns(['run_number', 'grantee']).doNothing())
            .execute();
          const { count } = await change
            .selectFrom('shares')
            .select(({ fn }) => fn.countAll().as('count'))
            .where('run_number', '=', row.number)
            .executeTakeFirstOrThrow();
          if (Number(count) > SHARE_LIMITS.grantees)
            throw new AppError(
              'conflict',
              `A report can be shared with ${SHARE_LIMITS.grantees} people and groups at most. Share it with a group.`,
            );
        }),
      );
    },
    async unshare(id, grantee) {
      const { numDeletedRows } = await orUnavailable(context, () =>
        db
          .deleteFrom('shares')
          .where('run_number', 'in', numberOf(id))
          .where('grantee', '=', grantee)
          .executeTakeFirst(),
      );
      return numDeletedRows > 0n;
    },
    async shares(id) {
      const rows = await db
        .selectFrom('shares')
        .selectAll()
        .where('run_number', 'in', numberOf(id))
        .orderBy('grantee')
        .execute();
      return rows.map((row) => ({ grantee: row.grantee, by: row.given_by, atMs: row.given_at_ms }));
    },
    async isShared(id, grantees) {
      if (grantees.length === 0) return false;
      const row = await db
        .selectFrom('shares')
        .select('grantee')
        .where('run_number', 'in', numberOf(id))
        .where('grantee', 'in', grantees)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
