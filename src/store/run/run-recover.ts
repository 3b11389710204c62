/** Workers prove that they live; the runs of those that do not are ended, or wait again. */
import { offersText } from '../../domain/run/placement.ts';
import type { RunStore } from '../../domain/run/run-store.ts';
import type { Outcome } from '../../domain/run/run.ts';
import { lockRow, writeEvents } from '../log.ts';
import { endRun } from './run-end.ts';
import type { RunRow } from './run-row.ts';
import type { StoreContext } from '../store-context.ts';
import { QUEUED } from '../store-context.ts';

export function runRecover(context: StoreContext): Pick<RunStore, 'renewLease' | 'recover' | 'workers'> {
  const { engine, notifier } = context;
  return {
    async renewLease(worker, leaseMs, offers) {
      if (!engine.isShared) return;
      const row = { until_ms: engine.nowMs(leaseMs), offers: offers === undefined ? null : offersText(offers) };
      await engine.db
        .insertInto('leases')
        .values({ worker, ...row })
        .onConflict((conflict) => conflict.column('worker').doUpdateSet(row))
        .execute();
    },
    async recover(worker, atMs) {
      const lost: string[] = [];
      const requeued: string[] = [];
      for (const row of await leftBehind(context, worker)) {
        if (row.started_at_ms === null && row.cancel_by === null) {
          if (await requeue(context, row)) requeued.push(row.id);
        } else if (await mayRetry(context, row)) {
          if (await beginAgain(context, row, atMs)) requeued.push(row.id);
        } else {
          const outcome: Outcome =
            row.started_at_ms === null ? { type: 'cancelled', by: row.cancel_by ?? '' } : { type: 'lost' };
          if ((await end(context, row, outcome, atMs)) && outcome.type === 'lost') lost.push(row.id);
        }
      }
      await forgetLeases(context);
      if (requeued.length + lost.length > 0) notifier.notify(QUEUED);
      return { lost, requeued };
    },
    async workers() {
      const { count } = await engine.db
        .selectFrom('leases')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('until_ms', '>', engine.nowMs(0))
        .executeTakeFirstOrThrow();
      return count;
    },
  };
}

type LeftBehind = Pick<RunRow, 'id' | 'number' | 'attempt' | 'started_at_ms' | 'cancel_by'>;

/** Started runs whose worker is neither this one nor vouches for them any more, in the order of the queue. */
function leftBehind({ engine }: StoreContext, worker: string): Promise<readonly LeftBehind[]> {
  const others = engine.db
    .selectFrom('runs')
    .select(['id', 'number', 'attempt', 'started_at_ms', 'cancel_by'])
    .where('status', 'in', ['starting', 'running'])
    .where(({ fn, val }) => fn.coalesce('worker', val('')), '!=', worker)
    .orderBy('number');
  if (!engine.isShared) return others.execute();
  return others
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('leases')
            .select('leases.worker')
            .whereRef('leases.worker', '=', 'runs.worker')
            .where('until_ms', '>', engine.nowMs(0)),
        ),
      ),
    )
    .execute();
}

/** False if the run has changed meanwhile: another worker has recovered it. */
async function requeue({ engine }: StoreContext, { number, attempt }: LeftBehind): Promise<boolean> {
  const { numUpdatedRows } = await engine.db
    .updateTable('runs')
    .set({ status: 'queued', worker: null })
    .where('number', '=', number)
    .where('attempt', '=', attempt)
    .where('status', '=', 'starting')
    .where('started_at_ms', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Whether its author lets the run begin again, and it has not been cancelled. */
async function mayRetry({ engine }: StoreContext, { number, attempt, cancel_by: by }: LeftBehind): Promise<boolean> {
  if (by !== null) return false;
  const first = engine.db.selectFrom('events').select('body').where('run_number', '=', number).where('seq', '=', 1);
  const event = JSON.parse((await first.executeTakeFirst())?.body ?? '{}') as { readonly retries?: number };
  return attempt <= (event.retries ?? 0);
}

/** Likewise. It is fenced off from its old worker, which may still execute it without knowing. */
async function beginAgain({ engine, notifier }: StoreContext, left: LeftBehind, atMs: number): Promise<boolean> {
  const { id, number, attempt } = left;
  const isDone = await engine.transaction(async (db, mayBeDone) => {
    const row = await lockRow(engine, db, id);
    if (mayBeDone && row.attempt === attempt && row.status === 'queued') return true;
    const isSame = row.attempt === attempt && ['starting', 'running'].includes(row.status) && row.cancel_by === null;
    if (!isSame) return false;
    await writeEvents(db, row, [{ type: 'run-requeued', attempt }], atMs);
    await db.updateTable('runs').set({ worker: null }).where('number', '=', number).execute();
    return true;
  });
  if (isDone) notifier.notify(id);
  return isDone;
}

/** Likewise. */
function end(context: StoreContext, { id, attempt }: LeftBehind, outcome: Outcome, atMs: number): Promise<boolean> {
  return endRun(
    context,
    id,
    { outcome, atMs },
    (row) => row.attempt === attempt && ['starting', 'running'].includes(row.status),
  );
}

/** Leases that are over and whose worker has left no run. */
async function forgetLeases({ engine }: StoreContext): Promise<void> {
  if (!engine.isShared) return;
  await engine.db
    .deleteFrom('leases')
    .where('until_ms', '<=', engine.nowMs(0))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('runs')
            .select('runs.number')
            .whereRef('runs.worker', '=', 'leases.worker')
            .where('status', 'in', ['starting', 'running']),
        ),
      ),
    )
    .execute();
}
