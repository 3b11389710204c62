/** The work of workers: claims a run, writes its log, and ends what waited too long. */
import { AppError } from '../../domain/error.ts';
import type { Person } from '../../domain/access/right.ts';
import type { Claim, ClaimLimits, RunStore } from '../../domain/run/run-store.ts';
import type { Outcome } from '../../domain/run/run.ts';
import type { RunEvent } from '../../domain/run/run-event.ts';
import { findEvents, lockRow, writeEvents } from '../log.ts';
import { endRun } from './run-end.ts';
import { hasWaiting, takeNext } from './run-queue.ts';
import type { RunRow } from './run-row.ts';
import { readRow } from './run-row.ts';
import type { LogTails } from './run-tail.ts';
import type { StoreContext } from '../store-context.ts';
import { RUN_PATIENCE_MS } from '../../domain/run/blob.ts';
import { orUnavailable, QUEUED } from '../store-context.ts';

type Work = Pick<RunStore, 'claim' | 'append' | 'lastAdded' | 'expireQueued'>;

export function runWork(context: StoreContext, tails: LogTails): Work {
  const { notifier } = context;
  return {
    async claim(worker, atMs, limits = {}) {
      for (;;) {
        const row = await claimRow(context, worker, limits);
        if (row === undefined) return undefined;
        const claim = openClaim(context, row);
        if (claim !== undefined) return claim;
        await endRun(context, row.id, { outcome: UNREADABLE_SECRETS, atMs });
      }
    },
    async append(id, attempt, events, atMs) {
      const added = await orUnavailable(context, () => appendEvents(context, { id, attempt, events, atMs }));
      tails.keep(id, added);
      notifier.notify(id);
      // a limit may have held others back until now, from workers that have no run of their own that could end
      const hasEnded = events.some(({ type }) => type === 'run-finished');
      if (context.engine.isShared && hasEnded && (await hasWaiting(context))) notifier.notify(QUEUED);
      return added.stored;
    },
    lastAdded: tails.after,
    async expireQueued(createdBeforeMs, limitMs, atMs) {
      const rows = await context.engine.db
        .selectFrom('runs')
        .select('id')
        .where('status', '=', 'queued')
        .where('created_at_ms', '<', createdBeforeMs)
        .execute();
      for (const { id } of rows)
        await endRun(
          context,
          id,
          { outcome: { type: 'timed-out', limit: 'queue', limitMs }, atMs },
          ({ status }) => status === 'queued',
        );
      return rows.map(({ id }) => id);
    },
  };
}

const UNREADABLE_SECRETS: Outcome = {
  type: 'failed',
  exception: {
    name: 'PasswordUnreadable',
    value: 'The stored password can no longer be read because the server’s key has changed. Run it again.',
  },
};

async function claimRow({ engine }: StoreContext, worker: string, limits: ClaimLimits): Promise<RunRow | undefined> {
  let chosen: RunRow | undefined;
  return engine.unsynced(async (db, mayBeDone) => {
    if (mayBeDone && chosen !== undefined) {
      const { number, attempt } = chosen;
      const mine = db.selectFrom('runs').selectAll().where('number', '=', number).where('worker', '=', worker);
      const done = await mine.where('attempt', '=', attempt).where('status', '=', 'starting').executeTakeFirst();
      if (done !== undefined) return done;
    }
    return (chosen = await takeNext(engine, db, worker, limits));
  });
}

interface ToAppend {
  readonly id: string;
  readonly attempt: number;
  readonly events: readonly RunEvent[];
  readonly atMs: number;
}

/** Once, also where the connection was lost before the database said whether it has them. */
async function appendEvents({ engine }: StoreContext, { id, attempt, events, atMs }: ToAppend) {
  let afterSeq: number | undefined;
  return engine.transaction(
    async (db, mayBeDone) => {
      const row = await lockRow(engine, db, id);
      if (mayBeDone && afterSeq !== undefined) {
        const earlier = await findEvents(db, row, { afterSeq, events, atMs });
        if (earlier !== undefined) return earlier;
      }
      if (row.attempt !== attempt || row.status === 'queued')
        throw new AppError('conflict', 'Another worker has taken over this run.');
      afterSeq = row.last_seq;
      return writeEvents(db, row, events, atMs);
    },
    { patienceMs: RUN_PATIENCE_MS },
  );
}

function openClaim(context: StoreContext, row: RunRow): Claim | undefined {
  try {
    return {
      run: readRow(row, context),
      attempt: row.attempt,
      secrets: row.secrets === null ? {} : context.secrets.open(row.secrets, row.id),
      ...(row.person === null ? {} : { person: JSON.parse(row.person) as Person }),
    };
  } catch {
    return undefined;
  }
}
