/** Reads logs and requests a run's end. */
import { sql } from 'kysely';
import type { StoredEvent } from '../../domain/run/run-event.ts';
import type { RunStore } from '../../domain/run/run-store.ts';
import { isFinal, type Outcome } from '../../domain/run/run.ts';
import type { Engine } from '../engine/engine.ts';
import { lockRow, readEvent, writeEvents } from '../log.ts';
import { giveTurnBack } from './run-queue.ts';
import { readRow } from './run-row.ts';
import type { StoreContext } from '../store-context.ts';
import { QUEUED } from '../store-context.ts';

/** The largest number of the column; readers may ask from beyond it. */
const LAST_SEQ = 2 ** 31 - 1;
const FAR_EVENTS = 20_000;
/** Limit for events that are read at once: a slow reader of a long log holds no more in memory. */
const AT_ONCE_BYTES = 512 * 1024;

type Log = Pick<
  RunStore,
  'events' | 'lastEventAtMs' | 'isFarBehind' | 'subscribe' | 'onQueued' | 'requestCancel' | 'stopRequest'
>;

export function runLog(context: StoreContext): Log {
  const { engine, notifier } = context;
  return {
    async events(id, afterSeq, limit) {
      const log = logOf(engine, id)
        .where('events.seq', '>', Math.min(afterSeq, LAST_SEQ))
        .orderBy('events.seq')
        .limit(limit);
      const sizes = await log.select(['events.seq', sql<number>`octet_length(events.body)`.as('bytes')]).execute();
      const count = countWithin(sizes, AT_ONCE_BYTES);
      if (count === 0) return { events: [], isLast: true };
      const rows = await log.select(['events.seq', 'events.at_ms', 'events.body']).limit(count).execute();
      const events = rows.map((row): StoredEvent => ({
        seq: row.seq,
        atMs: row.at_ms,
        event: readEvent(row.body),
      }));
      return { events, isLast: count === sizes.length && count < limit };
    },
    async lastEventAtMs(id) {
      const last = await logOf(engine, id).orderBy('events.seq', 'desc').select('events.at_ms').executeTakeFirst();
      return last?.at_ms;
    },
    async isFarBehind(id, afterSeq, limitBytes) {
      const { count, bytes } = await engine.db
        .selectFrom((rows) =>
          rows
            .selectFrom('events')
            .innerJoin('runs', 'runs.number', 'events.run_number')
            .where('runs.id', '=', id)
            .where('events.seq', '>', Math.min(afterSeq, LAST_SEQ))
            .orderBy('events.seq')
            .limit(FAR_EVENTS)
            .select(sql<number>`octet_length(events.body)`.as('bytes'))
            .as('rest'),
        )
        .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number | null>('rest.bytes').as('bytes')])
        .executeTakeFirstOrThrow();
      return count === FAR_EVENTS || Number(bytes ?? 0) > limitBytes;
    },
    subscribe: (id, listener) => notifier.listen(id, listener),
    onQueued: (listener) => notifier.listen(QUEUED, listener),
    async requestCancel(id, by, atMs) {
      let isNew = false;
      const run = await engine.transaction(async (db) => {
        const row = await lockRow(engine, db, id);
        isNew ||= !isFinal(row.status) && row.cancel_by === null;
        if (row.status === 'queued') {
          await writeEvents(db, row, [{ type: 'run-finished', outcome: { type: 'cancelled', by } }], atMs);
          await giveTurnBack(engine, db, row);
        } else if (isNew && row.cancel_by === null)
          await db.updateTable('runs').set({ cancel_by: by }).where('number', '=', row.number).execute();
        return readRow(await lockRow(engine, db, id), context);
      });
      if (isNew) notifier.notify(id);
      return run;
    },
    stopRequest: (id, attempt) => stopRequest(engine, id, attempt),
  };
}

async function stopRequest({ db }: Engine, id: string, attempt: number): Promise<Outcome | undefined> {
  const row = await db
    .selectFrom('runs')
    .select(['cancel_by', 'status', 'attempt'])
    .where('id', '=', id)
    .executeTakeFirst();
  const isOwn = row?.attempt === attempt && row.status !== 'queued' && !isFinal(row.status);
  if (row === undefined || !isOwn) return { type: 'lost' };
  return row.cancel_by === null ? undefined : { type: 'cancelled', by: row.cancel_by };
}

function logOf({ db }: Engine, id: string) {
  return db.selectFrom('events').innerJoin('runs', 'runs.number', 'events.run_number').where('runs.id', '=', id);
}

/** How many of these fit into this many bytes together; at least one. */
function countWithin(sizes: readonly { readonly bytes: number }[], limitBytes: number): number {
  let left = limitBytes;
  const end = sizes.findIndex(({ bytes }) => (left -= bytes) < 0);
  return end === -1 ? sizes.length : Math.max(1, end);
}
