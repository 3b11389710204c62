/** Follows a run: the content of its log, then each addition, until the run has ended. */
import { setImmediate } from 'node:timers/promises';
import type { Actor } from '../../domain/access/access.ts';
import type { StoredEvent } from '../../domain/run/run-event.ts';
import type { Run, RunStatus } from '../../domain/run/run.ts';
import { isFinal } from '../../domain/run/run.ts';
import type { AppContext } from '../context.ts';
import { joinReads } from '../joint-read.ts';
import type { RunStore } from '../../domain/run/run-store.ts';
import { readRun } from './run-read.ts';

const EVENTS_AT_ONCE = 500;

export interface WatchOptions {
  /** Sequence number of the last event that the reader has; 0 for none. */
  readonly afterSeq: number;
  readonly signal: AbortSignal;
}

/**
 * Batches of events in order, none twice, none left out, at most `EVENTS_AT_ONCE` in each. Ends after `run-finished`,
 * when the report is deleted, and when the signal aborts. Throws as `readRun`. Readers of one run get the same objects.
 */
export async function* watchEvents(
  ctx: AppContext,
  actor: Actor,
  id: string,
  options: WatchOptions,
): AsyncGenerator<readonly StoredEvent[]> {
  await readRun(ctx, actor, id);
  const reads = jointReads(ctx.runs);
  let [isFirst, wasAdded] = [true, false];
  const runs: FollowedRuns = {
    subscribe: ctx.runs.subscribe,
    // nothing is asked of the database for what was just written
    async events(of, afterSeq, limit) {
      const added = isFirst ? undefined : ctx.runs.lastAdded(of, afterSeq);
      [isFirst, wasAdded] = [false, added !== undefined];
      return added === undefined ? reads.events(of, afterSeq, limit) : { events: added, isLast: true };
    },
  };
  const read = async () => (wasAdded ? 'running' : reads.status(id));
  for await (const { events } of follow(
    { runs },
    { ...options, id, read, isAlongside: true, statusOf: (status) => status },
  )) {
    if (events.length > 0) yield events;
  }
}

/**
 * Settles when the run has ended, when it is deleted, and when the signal aborts. The log is not read: all who wait for
 * a run look at its status together, once for each notification. Throws as `readRun`.
 */
export async function waitForEnd(ctx: AppContext, actor: Actor, id: string, signal: AbortSignal): Promise<void> {
  await readRun(ctx, actor, id);
  const { status: read } = jointReads(ctx.runs);
  const changes = createNotification();
  const unsubscribe = ctx.runs.subscribe(id, changes.notify);
  signal.addEventListener('abort', changes.notify);
  try {
    while (!signal.aborted) {
      const changed = changes.next();
      const status = await read(id);
      if (status === undefined || isFinal(status)) return;
      if (!signal.aborted) await changed;
    }
  } finally {
    changes.close();
    unsubscribe();
    signal.removeEventListener('abort', changes.notify);
  }
}

type JointReads = Pick<RunStore, 'events' | 'status'>;

const joint = new WeakMap<RunStore, JointReads>();

/** All readers of a run are notified together: its log is read once for those who have the same part of it. */
function jointReads(runs: RunStore): JointReads {
  const known = joint.get(runs) ?? {
    events: joinReads((id: string, afterSeq: number, limit: number) => runs.events(id, afterSeq, limit)),
    status: joinReads((id: string) => runs.status(id)),
  };
  joint.set(runs, known);
  return known;
}

export interface RunStep {
  /** May be empty: at first, and after `idleMs` without any. */
  readonly events: readonly StoredEvent[];
  /** The run, at least as new as the events. */
  readonly run: Run;
}

/** As `watchEvents`, with the run's row; without asking for permission. */
export function followRun(
  ctx: { readonly runs: Pick<RunStore, 'find' | 'events' | 'subscribe'> },
  id: string,
  options: WatchOptions & { readonly idleMs?: number },
): AsyncGenerator<RunStep> {
  return follow(ctx, { ...options, id, read: () => ctx.runs.find(id), statusOf: ({ status }) => status });
}

type FollowedRuns = Pick<RunStore, 'events' | 'subscribe'>;

interface FollowOptions<Row> extends WatchOptions {
  readonly id: string;
  readonly idleMs?: number;
  /** What is delivered with the events; undefined if the run no longer exists. */
  readonly read: () => Promise<Row | undefined>;
  /** It is read at the same time as the events, and may be older: whoever waits for an output gets it sooner. */
  readonly isAlongside?: boolean;
  readonly statusOf: (row: Row) => RunStatus;
}

async function* follow<Row>(
  ctx: { readonly runs: FollowedRuns },
  { id, afterSeq, signal, idleMs, read, isAlongside = false, statusOf }: FollowOptions<Row>,
): AsyncGenerator<{ readonly events: readonly StoredEvent[]; readonly run: Row }> {
  const changes = createNotification();
  const unsubscribe = ctx.runs.subscribe(id, changes.notify);
  signal.addEventListener('abort', changes.notify);
  try {
    let isOver = false;
    for (let seq = afterSeq; ;) {
      // what was added before the abort is still delivered
      const isLast = signal.aborted;
      const changed = changes.next(idleMs);
      const found = ctx.runs.events(id, seq, EVENTS_AT_ONCE);
      const [{ events, isLast: isAll }, run] = isAlongside
        ? await Promise.all([found, read()])
        : [await found, await read()];
      if (run === undefined) return;
      yield { events, run };
      seq = events.at(-1)?.seq ?? seq;
      if (isLast || events.at(-1)?.event.type === 'run-finished' || (isOver && events.length === 0)) return;
      // Its last events may have been written after the log was read: read once more.
      isOver = isFinal(statusOf(run));
      if (!isOver && isAll) await changed;
      // a long log is read while other requests are answered
      else await setImmediate();
    }
  } finally {
    changes.close();
    unsubscribe();
    signal.removeEventListener('abort', changes.notify);
  }
}

/** `next()` settles at the first `notify()` after the call, or after `idleMs`. */
function createNotification() {
  let notified = Promise.withResolvers<void>();
  let clock: NodeJS.Timeout | undefined;
  const close = () => clearTimeout(clock);
  return {
    notify: () => notified.resolve(),
    close,
    next(idleMs?: number): Promise<void> {
      close();
      notified = Promise.withResolvers();
      if (idleMs !== undefined) clock = setTimeout(notified.resolve, idleMs);
      return notified.promise;
    },
  };
}
