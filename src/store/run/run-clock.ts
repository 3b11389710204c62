/** The stored state of the clock: one row. */
import type { RetentionStore } from '../../domain/retention/retention-store.ts';
import type { StoreContext } from '../store-context.ts';

const ONLY = 1;

export function runClock({ engine: { db } }: StoreContext): Pick<RetentionStore, 'clock' | 'setClock'> {
  return {
    async clock() {
      const row = await db.selectFrom('clock').selectAll().executeTakeFirst();
      if (row === undefined) return undefined;
      const { known_ms, jump_to_ms, jump_by_ms } = row;
      return {
        knownMs: known_ms,
        ...(jump_to_ms === null || jump_by_ms === null ? {} : { jump: { toMs: jump_to_ms, byMs: jump_by_ms } }),
      };
    },
    async setClock({ knownMs, jump }) {
      const row = { known_ms: knownMs, jump_to_ms: jump?.toMs ?? null, jump_by_ms: jump?.byMs ?? null };
      await db
        .insertInto('clock')
        .values({ id: ONLY, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
  };
}
