/** Keeps and deletes reports. */
import type { Transaction } from 'kysely';
import { AppError } from '../../domain/error.ts';
import type { RunStore } from '../../domain/run/run-store.ts';
import { FINAL_STATUSES, isFinal } from '../../domain/run/run.ts';
import { dropUnowned } from '../blob/blob-claim.ts';
import { dropOwned } from '../blob/blob-owner.ts';
import type { Engine } from '../engine/engine.ts';
import { lockRow } from '../log.ts';
import { forgetTries } from '../password-tries.ts';
import { readRow } from './run-row.ts';
import type { Tables } from '../schema.ts';
import type { StoreContext } from '../store-context.ts';
import { orUnavailable } from '../store-context.ts';

type Retain = Pick<
  RunStore,
  'pin' | 'erase' | 'expire' | 'forget' | 'ownedBlobs' | 'forgetClaims' | 'forgetTries' | 'shrink'
>;

/** `onChange`: called when reports were kept, released or deleted. */
export function runRetain(context: StoreContext, onChange: () => void): Retain {
  const { engine, notifier } = context;
  return {
    async pin(id, pinned) {
      const run = await orUnavailable(context, () =>
        engine.transaction(async (db) => {
          const row = await lockRow(engine, db, id);
          if (row.deleted_at_ms !== null) throw new AppError('gone', 'This report has been deleted.');
          await db
            .updateTable('runs')
            .set({ pinned: pinned ? 1 : 0 })
            .where('number', '=', row.number)
            .execute();
          return readRow({ ...row, pinned: pinned ? 1 : 0 }, context);
        }),
      );
      onChange();
      return run;
    },
    async erase(id, atMs) {
      await orUnavailable(context, () =>
        engine.transaction(async (db) => {
          const row = await lockRow(engine, db, id);
          if (!isFinal(row.status)) throw new AppError('conflict', 'The report is still running. Cancel it first.');
          if (row.deleted_at_ms === null) await eraseRows(db, engine, [row.number], atMs);
        }),
      );
      onChange();
      notifier.notify(id);
    },
    expire: (ids, atMs) => expire(context, ids, atMs).finally(onChange),
    async forget(deletedBeforeMs, limit) {
      const oldest = engine.db
        .selectFrom('runs')
        .select('number')
        .where('deleted_at_ms', '<', deletedBeforeMs)
        .orderBy('deleted_at_ms')
        .limit(limit);
      const { numDeletedRows } = await engine.db
        .deleteFrom('runs')
        .where('number', 'in', oldest)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
    forgetClaims: () => engine.transaction((db) => dropUnowned(db, engine)),
    forgetTries: (nowMs) => forgetTries(engine.db, nowMs),
    shrink: () => orUnavailable(context, () => engine.shrink()),
    async ownedBlobs(prefix) {
      const rows = await engine.db
        .selectFrom('blobs')
        .select('hash')
        .where('hash', '>=', prefix)
        .where('hash', '<', `${prefix}g`)
        .where('owners', '>', 0)
        .execute();
      return new Set(rows.map(({ hash }) => hash));
    },
  };
}

async function expire(context: StoreContext, ids: readonly string[], atMs: number): ReturnType<Retain['expire']> {
  const { engine, notifier } = context;
  const rows = await orUnavailable(context, () =>
    engine.transaction(async (db) => {
      const query = db
        .selectFrom('runs')
        .select(['id', 'number', 'log_bytes'])
        .where('id', 'in', ids)
        .where('status', 'in', FINAL_STATUSES)
        .where('pinned', '=', 0)
        .where('deleted_at_ms', 'is', null);
      const found = await (engine.locksRows ? query.forUpdate() : query).execute();
      if (found.length > 0)
        await eraseRows(
          db,
          engine,
          found.map(({ number }) => number),
          atMs,
        );
      return found;
    }),
  );
  for (const { id } of rows) notifier.notify(id);
  return { ids: rows.map(({ id }) => id), logBytes: rows.reduce((sum, row) => sum + row.log_bytes, 0) };
}

async function eraseRows(
  db: Transaction<Tables>,
  engine: Engine,
  numbers: readonly number[],
  atMs: number,
): Promise<void> {
  await db.deleteFrom('events').where('run_number', 'in', numbers).execute();
  await db.deleteFrom('shares').where('run_number', 'in', numbers).execute();
  await db.deleteFrom('links').where('run_number', 'in', numbers).execute();
  await dropOwned(db, engine, numbers);
  const empty = {
    deleted_at_ms: atMs,
    pinned: 0,
    artifacts: '[]',
    results: '[]',
    progress: null,
    log_bytes: 0,
    person: null,
  };
  await db.updateTable('runs').set(empty).where('number', 'in', numbers).execute();
}
