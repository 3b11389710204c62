/** Reading logs and asking for a run's end. */
import type { RunEvent, StoredEvent } from '../domain/run/run-event.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import { isFinal } from '../domain/run/run.ts';
import { lockRow, writeEvents } from './log.ts';
import { readRow } from './run-row.ts';
import type { StoreContext } from './store-context.ts';
import { QUEUED } from './store-context.ts';

type Log = Pick<RunStore, 'events' | 'subscribe' | 'onQueued' | 'requestCancel' | 'cancelRequestedBy'>;

export function runLog(context: StoreContext): Log {
  const { engine, wake } = context;
  return {
    async events(id, afterSeq, limit) {
      const rows = await engine.db
        .selectFrom('events')
        .innerJoin('runs', 'runs.number', 'events.run_number')
        .select(['events.seq', 'events.at_ms', 'events.body'])
        .where('runs.id', '=', id)
        .where('events.seq', '>', afterSeq)
        .orderBy('events.seq')
        .limit(limit)
        .execute();
      return rows.map((row): StoredEvent => ({
        seq: row.seq,
        atMs: row.at_ms,
        event: JSON.parse(row.body) as RunEvent,
      }));
    },
    subscribe: (id, listener) => wake.listen(id, listener),
    onQueued: (listener) => wake.listen(QUEUED, listener),
    async requestCancel(id, by, atMs) {
      const { run, isNew } = await engine.db.transaction().execute(async (db) => {
        const row = await lockRow(engine, db, id);
        const isNew = !isFinal(row.status) && row.cancel_by === null;
        if (row.status === 'queued')
          await writeEvents(db, row, [{ type: 'run-finished', outcome: { type: 'cancelled', by } }], atMs);
        else if (isNew) await db.updateTable('runs').set({ cancel_by: by }).where('number', '=', row.number).execute();
        return { run: readRow(await lockRow(engine, db, id), context), isNew };
      });
      if (isNew) wake.notify(id);
      return run;
    },
    async cancelRequestedBy(id) {
      const row = await engine.db.selectFrom('runs').select('cancel_by').where('id', '=', id).executeTakeFirst();
      return row?.cancel_by ?? undefined;
    },
  };
}
