/** The values with which each viewer last ran a script from a form: rows of the presets without a name. */
import type { Transaction } from 'kysely';
import type { PresetStore } from '../../domain/preset.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import { parseExactJson } from '../../domain/text/json-exact.ts';
import type { Change } from './preset-row.ts';
import type { Tables } from '../schema.ts';
import type { StoreContext } from '../store-context.ts';

export function presetLast(
  { engine }: Pick<StoreContext, 'engine'>,
  change: Change,
  most: number,
): Pick<PresetStore, 'last' | 'noteLast'> {
  return {
    async last(script, owner) {
      const row = await engine.db
        .selectFrom('presets')
        .select('body')
        .where('script', '=', script)
        .where('owner', '=', owner)
        .where('name', '=', '')
        .executeTakeFirst();
      return row === undefined ? undefined : (parseExactJson(row.body) as JsonObject);
    },
    async noteLast(script, owner, values, nowMs) {
      await change(async (db) => {
        const row = { body: JSON.stringify(values), updated_at_ms: nowMs, used_at_ms: nowMs, missing_since_ms: null };
        await db
          .insertInto('presets')
          .values({ script, owner, name: '', maker: owner, deleted_at_ms: null, ...row })
          .onConflict((conflict) => conflict.columns(['script', 'owner', 'name']).doUpdateSet(row))
          .execute();
        await forgetOldest(db, most);
      });
    },
  };
}

async function forgetOldest(db: Transaction<Tables>, most: number): Promise<void> {
  const oldest = await db
    .selectFrom('presets')
    .select('used_at_ms')
    .where('name', '=', '')
    .orderBy('used_at_ms', 'desc')
    .offset(most)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await db.deleteFrom('presets').where('name', '=', '').where('used_at_ms', '<=', oldest.used_at_ms).execute();
}
