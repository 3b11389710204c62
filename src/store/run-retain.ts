/** Keeping and deleting reports. */
import { sql } from 'kysely';
import { AppError } from '../domain/error.ts';
import type { RunStore } from '../domain/run-store.ts';
import { FINAL_STATUSES, isFinal } from '../domain/run.ts';
import { lockRow } from './log.ts';
import { readRow } from './run-row.ts';
import type { StoreContext } from './store-context.ts';

type Retain = Pick<RunStore, 'pin' | 'erase' | 'expendable' | 'expendableBytes' | 'forget' | 'referencedBlobs'>;

/** Databases know no infinite number. */
const FOREVER_MS = 1e14;

export function runRetain({ engine, wake, retainMs }: StoreContext): Retain {
  return {
    async pin(id, pinned) {
      return engine.db.transaction().execute(async (db) => {
        const row = await lockRow(engine, db, id);
        if (row.deleted_at_ms !== null) throw new AppError('gone', 'This report has been deleted.');
        await db.updateTable('runs').set({ pinned: pinned ? 1 : 0 }).where('number', '=', row.number).execute();
        return readRow({ ...row, pinned: pinned ? 1 : 0 }, retainMs);
      });
    },
    async erase(id, atMs) {
      await engine.db.transaction().execute(async (db) => {
        const row = await lockRow(engine, db, id);
        if (!isFinal(row.status)) throw new AppError('conflict', 'The report is still being made. Cancel it first.');
        if (row.deleted_at_ms !== null) return;
        await db.deleteFrom('events').where('run_number', '=', row.number).execute();
        await db.deleteFrom('run_blobs').where('run_number', '=', row.number).execute();
        const empty = { deleted_at_ms: atMs, pinned: 0, artifacts: '[]', results: '[]', progress: null, size_bytes: 0 };
        await db.updateTable('runs').set(empty).where('number', '=', row.number).execute();
      });
      wake.notify(id);
    },
    async expendable(limit) {
      const rows = await engine.db.selectFrom('runs').selectAll()
        .where('status', 'in', FINAL_STATUSES).where('pinned', '=', 0).where('deleted_at_ms', 'is', null)
        .orderBy(sql`ended_at_ms + coalesce(retain_ms, ${Math.min(retainMs, FOREVER_MS)})`).orderBy('number').limit(limit).execute();
      return rows.map((row) => ({ run: readRow(row, retainMs), sizeBytes: row.size_bytes }));
    },
    async expendableBytes() {
      const { bytes } = await engine.db.selectFrom('runs').select((select) => select.fn.sum('size_bytes').as('bytes'))
        .where('status', 'in', FINAL_STATUSES).where('pinned', '=', 0).where('deleted_at_ms', 'is', null).executeTakeFirstOrThrow();
      return Number(bytes ?? 0);
    },
    async forget(deletedBeforeMs) {
      const { numDeletedRows } = await engine.db.deleteFrom('runs').where('deleted_at_ms', '<', deletedBeforeMs).executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
    async referencedBlobs() {
      const outputs = await engine.db.selectFrom('run_blobs').select('hash').distinct().execute();
      const revisions = await engine.db.selectFrom('runs').select('revision').distinct().where('deleted_at_ms', 'is', null).execute();
      return new Set([...outputs.map(({ hash }) => hash), ...revisions.map(({ revision }) => revision)]);
    },
  };
}
