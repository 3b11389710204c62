/** A worker's lease on its runs: renewed while it works, and the runs of workers whose lease is over are recovered. */
import type { Offers } from '../domain/run/placement.ts';
import type { WorkerContext } from './context.ts';

/** How long the runs of a worker that has vanished wait for their outcome at most, but for the next look. */
const LEASE_MS = 10_000;
const RENEW_MS = 3_000;

export interface RunLease {
  /** Settles when the runs of vanished workers are recovered; continues to look for them. Never rejects. */
  start(): Promise<void>;
  /** Gives the runs of this worker up. */
  stop(): Promise<void>;
}

/**
 * `name`: the worker's. `offers`: what it offers, as far as known; absent for a process that only recovers the runs of
 * others.
 */
export function createLease(
  ctx: Pick<WorkerContext, 'now' | 'log'> & { readonly runs: Pick<WorkerContext['runs'], 'renewLease' | 'recover'> },
  name: string,
  offers?: () => Offers | undefined,
): RunLease {
  let lastMs: number | undefined;
  let quietUntilMs = -Infinity;
  let clock: NodeJS.Timeout | undefined;
  let renewing = Promise.resolve();

  async function renew(): Promise<void> {
    await ctx.runs.renewLease(name, offers === undefined ? 0 : LEASE_MS, offers?.());
    const nowMs = performance.now();
    // the database was away, or this process stood still: others that live may not have renewed theirs either
    if (nowMs - (lastMs ?? nowMs) > LEASE_MS) quietUntilMs = nowMs + LEASE_MS;
    lastMs = nowMs;
    if (nowMs < quietUntilMs) return;
    const { lost, requeued } = await ctx.runs.recover(name, ctx.now());
    if (lost.length + requeued.length > 0) ctx.log.warn({ lost, requeued }, 'An earlier server left runs behind');
  }

  /** One after the other: a database that does not answer is not asked again. */
  function look(): Promise<void> {
    renewing = renewing.then(renew).catch((error: unknown) => ctx.log.error({ error }, 'Recovery failed'));
    return renewing;
  }

  return {
    async start() {
      await look();
      let isLooking = false;
      clock = setInterval(() => {
        if (isLooking) return;
        isLooking = true;
        void look().finally(() => {
          isLooking = false;
        });
      }, RENEW_MS);
    },
    async stop() {
      clearInterval(clock);
      await renewing;
      await ctx.runs.renewLease(name, 0).catch((error: unknown) => {
        ctx.log.warn({ error }, 'The lease of the worker could not be given up');
      });
    },
  };
}

/** For a process without a worker: the runs of vanished workers end also when no other worker is left. */
export function createRecovery(ctx: Pick<WorkerContext, 'runs' | 'now' | 'log' | 'newId'>): RunLease {
  return createLease(ctx, ctx.newId());
}
