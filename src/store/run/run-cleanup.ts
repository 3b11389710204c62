/** A short record of what retention deleted. */
import { sql, type Transaction } from 'kysely';
import type { Cleanup } from '../../domain/retention/retention.ts';
import type { RetentionStore } from '../../domain/retention/retention-store.ts';
import type { Tables } from '../schema.ts';
import type { StoreContext } from '../store-context.ts';

/** Number of entries that are kept. */
const ENTRIES = 200;

export function runCleanup({ engine }: StoreContext): Pick<RetentionStore, 'noteCleanup' | 'clearings'> {
  return {
    async noteCleanup({ atMs, ...body }) {
      const entry = { at_ms: atMs, body: JSON.stringify(body) };
      await engine.transaction(async (transaction, mayBeDone) => {
        if (mayBeDone && (await isNoted(transaction, entry))) return;
        await transaction.insertInto('clearings').values(entry).execute();
        await transaction
          .deleteFrom('clearings')
          .where('number', '<=', sql<number>`(select max(number) from clearings) - ${ENTRIES}`)
          .execute();
      });
    },
    async clearings(limit) {
      const rows = await engine.db
        .selectFrom('clearings')
        .select(['at_ms', 'body'])
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ at_ms, body }) => ({ ...(JSON.parse(body) as Omit<Cleanup, 'atMs'>), atMs: at_ms }));
    },
  };
}

async function isNoted(db: Transaction<Tables>, { at_ms, body }: { readonly at_ms: number; readonly body: string }) {
  const same = db.selectFrom('clearings').select('number').where('at_ms', '=', at_ms).where('body', '=', body);
  return (await same.executeTakeFirst()) !== undefined;
}
