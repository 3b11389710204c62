/** Presets in the database, on every engine. */
import { AppError } from '../../domain/error.ts';
import { PRESET_LIMITS, type Preset, type PresetLimits, type PresetStore } from '../../domain/preset.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import { parseExactJson } from '../../domain/text/json-exact.ts';
import { presetChange } from './preset-change.ts';
import { presetLast } from './preset-last.ts';
import {
  atKey,
  checkOwner,
  countOf,
  createChange,
  deleteKey,
  rowOf,
  type PresetDb,
  type PresetRow,
} from './preset-row.ts';
import { presetSweep } from './preset-sweep.ts';
import type { StoreContext } from '../store-context.ts';

export function createPresetStore(
  context: Pick<StoreContext, 'engine'>,
  limits: PresetLimits = PRESET_LIMITS,
): PresetStore {
  const { engine } = context;
  const change = createChange(context);
  return {
    ...presetLast(context, change, limits.last),
    ...presetChange(context, limits),
    ...presetSweep(context),
    async list(script, owner) {
      const rows = await engine.db
        .selectFrom('presets')
        .selectAll()
        .where('script', '=', script)
        .where('owner', 'in', owner === undefined ? [''] : ['', owner])
        .where('name', '!=', '')
        .where('deleted_at_ms', 'is', null)
        .execute();
      return rows.map(readRow).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    },
    async find(key) {
      const row = await rowOf(engine.db, key);
      return row === undefined || row.deleted_at_ms !== null ? undefined : readRow(row);
    },
    async put({ script, owner, name, maker, values }, { replace, nowMs }) {
      return change(async (db, mayBeDone) => {
        const key = { script, owner, name };
        const body = JSON.stringify(values);
        const found = await rowOf(db, key);
        const isThere = found !== undefined && found.deleted_at_ms === null;
        if (mayBeDone && found?.updated_at_ms === nowMs && found.body === body) return 'created';
        if (isThere && !replace) return 'exists';
        if (found !== undefined) await deleteKey(db, found).execute();
        if (!isThere) {
          await checkOwner(db, key, limits);
          await checkAll(db, limits);
        }
        const row = { ...key, body, maker: isThere ? found.maker : maker, updated_at_ms: nowMs, used_at_ms: nowMs };
        await db
          .insertInto('presets')
          .values({ ...row, deleted_at_ms: null, missing_since_ms: null })
          .execute();
        return isThere ? 'replaced' : 'created';
      });
    },
    async touch(key, { beforeMs, nowMs }) {
      const { used_at_ms: usedMs = Infinity } = (await rowOf(engine.db, key)) ?? {};
      if (usedMs < beforeMs) await atKey(engine.db, key).set({ used_at_ms: nowMs }).execute();
    },
  };
}

function readRow(row: PresetRow): Preset {
  return {
    script: row.script,
    name: row.name,
    isShared: row.owner === '',
    maker: row.maker,
    values: parseExactJson(row.body) as JsonObject,
    updatedAtMs: row.updated_at_ms,
  };
}

/** Removed ones count, too: they still take space. */
async function checkAll(db: PresetDb, limits: PresetLimits): Promise<void> {
  const all = await countOf(db).where('name', '!=', '').executeTakeFirstOrThrow();
  if (Number(all.count) >= limits.all)
    throw new AppError('unavailable', 'The server has no room for more presets. Tell whoever runs it.');
}
