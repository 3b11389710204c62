/** Deletes presets that nobody needs: removed ones, and those of scripts and browsers that are gone. */
import { PRESET_TIMES, type PresetStore } from '../../domain/preset.ts';
import type { StoreContext } from '../store-context.ts';

export function presetSweep({ engine: { db } }: Pick<StoreContext, 'engine'>): Pick<PresetStore, 'sweep'> {
  /** A process may see no scripts because their folder is not there for now, or is elsewhere. */
  async function markMissing(scripts: ReadonlySet<string>, nowMs: number): Promise<void> {
    if (scripts.size === 0) return;
    const rows = await db.selectFrom('presets').select(['script', 'missing_since_ms']).distinct().execute();
    for (const { script, missing_since_ms: since } of rows) {
      const isMissing = !scripts.has(script);
      if (isMissing === (since !== null)) continue;
      await db
        .updateTable('presets')
        .set({ missing_since_ms: isMissing ? nowMs : null })
        .where('script', '=', script)
        .where('missing_since_ms', since === null ? 'is' : 'is not', null)
        .execute();
    }
  }
  return {
    async sweep({ scripts, nowMs }) {
      await markMissing(scripts, nowMs);
      const { removedMs, missingMs, visitorMs } = PRESET_TIMES;
      const { numDeletedRows } = await db
        .deleteFrom('presets')
        .where((is) =>
          is.or([
            is('deleted_at_ms', '<=', nowMs - removedMs),
            is.and([is('missing_since_ms', '<=', nowMs - missingMs), is('used_at_ms', '<=', nowMs - missingMs)]),
            is.and([is('owner', 'like', 'visitor:%'), is('used_at_ms', '<=', nowMs - visitorMs)]),
          ]),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
