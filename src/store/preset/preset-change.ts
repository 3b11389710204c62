/** Renames presets, removes them and brings them back. */
import { AppError } from '../../domain/error.ts';
import type { PresetKey, PresetLimits, PresetStore } from '../../domain/preset.ts';
import { atKey, checkOwner, createChange, deleteKey, rowOf } from './preset-row.ts';
import type { StoreContext } from '../store-context.ts';

export function presetChange(
  context: Pick<StoreContext, 'engine'>,
  limits: PresetLimits,
): Pick<PresetStore, 'rename' | 'remove' | 'removedMaker' | 'restore' | 'adopt'> {
  const { engine } = context;
  const change = createChange(context);
  return {
    async rename(key, to, nowMs) {
      await change(async (db, mayBeDone) => {
        const [from, taken] = [await rowOf(db, key), await rowOf(db, { ...key, name: to })];
        if (mayBeDone && from === undefined && taken?.updated_at_ms === nowMs) return;
        if (from === undefined || from.deleted_at_ms !== null) throw noPreset(key);
        if (to === key.name) return;
        if (taken !== undefined && taken.deleted_at_ms === null)
          throw new AppError('conflict', `There is already a preset “${to}”. Choose another name.`);
        if (taken !== undefined) await deleteKey(db, taken).execute();
        await atKey(db, key).set({ name: to, updated_at_ms: nowMs }).execute();
      });
    },
    async remove(key, nowMs) {
      return change(async (db, mayBeDone) => {
        const row = await rowOf(db, key);
        if (row === undefined || (row.deleted_at_ms !== null && !mayBeDone)) return false;
        await atKey(db, key).set({ deleted_at_ms: nowMs }).execute();
        return true;
      });
    },
    async removedMaker(key) {
      const row = await rowOf(engine.db, key);
      return row === undefined || row.deleted_at_ms === null ? undefined : row.maker;
    },
    async restore(key) {
      return change(async (db, mayBeDone) => {
        const row = await rowOf(db, key);
        if (row === undefined) return false;
        if (row.deleted_at_ms === null) return mayBeDone;
        await checkOwner(db, key, limits);
        await atKey(db, key).set({ deleted_at_ms: null }).execute();
        return true;
      });
    },
    async adopt(script, earlier) {
      const old = engine.db
        .selectFrom('presets')
        .selectAll()
        .where('script', 'in', [...earlier]);
      if ((await old.limit(1).executeTakeFirst()) === undefined) return;
      await change(async (db) => {
        for (const row of await db
          .selectFrom('presets')
          .selectAll()
          .where('script', 'in', [...earlier])
          .execute())
          if ((await rowOf(db, { ...row, script })) === undefined)
            await atKey(db, row).set({ script, missing_since_ms: null }).execute();
          else await deleteKey(db, row).execute();
      });
    },
  };
}

function noPreset({ name }: PresetKey): AppError {
  return new AppError('not-found', `There is no preset “${name}”.`);
}
