/** A worker's lease on its runs: renewed while it works, and the runs of workers whose lease is over are recovered. */
import type { Offers } from '../domain/run/placement.ts';
import type { WorkerContext } from './context.ts';

/** How long the runs of a worker that has vanished wait for their outcome at most, but for the next look. */
const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** So that a silent worker ends its runs before others do. */
const SILENCE_MS = LEASE_MS - 1_000;
const LISTEN_MS = 500;
/** An error that comes so soon is an answer: nothing listens there, or the server is starting. */
const REFUSAL_MS = 2_000;

export interface RunLease {
  /** Settles when the runs of vanished workers are recovered; continues to look for them. Never rejects. */
  start(): Promise<void>;
  /** Gives the runs of this worker up. */
  stop(): Promise<void>;
}

export interface LeaseOptions {
  /** What the worker offers, as far as known; absent for a process that only recovers the runs of others. */
  readonly offers?: () => Offers | undefined;
  /**
   * The database has not answered for almost as long as the lease lasts: others will end the runs of this worker.
   * Returns the name under which it goes on.
   */
  readonly onSilence?: () => string;
  /** The lease holds again, after the database was away or did not answer: runs can be claimed. */
  readonly onBack?: () => void;
}

/** `first`: the worker's name. */
export function createLease(
  ctx: Pick<WorkerContext, 'now' | 'log'> & { readonly runs: Pick<WorkerContext['runs'], 'renewLease' | 'recover'> },
  first: string,
  { offers, onSilence = () => first, onBack = () => {} }: LeaseOptions = {},
): RunLease {
  let name = first;
  const silence = watchSilence();
  let lastMs: number | undefined;
  let isHeld = true;
  let quietUntilMs = -Infinity;
  let clock: NodeJS.Timeout | undefined;
  let silenceClock: NodeJS.Timeout | undefined;
  let renewing = Promise.resolve();

  async function renew(): Promise<void> {
    const renewed = name;
    await silence.asking(() => ctx.runs.renewLease(renewed, offers === undefined ? 0 : LEASE_MS, offers?.()));
    if (!isHeld && renewed === name) {
      isHeld = true;
      onBack();
    }
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
    renewing = renewing.then(renew).catch((error: unknown) => {
      isHeld = false;
      ctx.log.error({ error }, 'Recovery failed');
    });
    return renewing;
  }

  return {
    async start() {
      await look();
      if (offers !== undefined)
        silenceClock = setInterval(() => {
          if (!silence.look()) return;
          isHeld = false;
          name = onSilence();
        }, LISTEN_MS);
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
      clearInterval(silenceClock);
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

/** Tells a link that is cut from a database that is away: only the latter answers that it cannot be reached. */
function watchSilence() {
  let answeredMs = performance.now();
  let lookedMs = answeredMs;
  let isSilent = false;
  return {
    async asking(ask: () => Promise<void>): Promise<void> {
      const askedMs = performance.now();
      try {
        await ask();
        isSilent = false;
        answeredMs = performance.now();
      } catch (error) {
        if (performance.now() - askedMs < REFUSAL_MS) answeredMs = performance.now();
        throw error;
      }
    },
    /** True once for each silence. This process may have stood still itself; then it has not been listening. */
    look(): boolean {
      const nowMs = performance.now();
      if (nowMs - lookedMs > RENEW_MS) answeredMs = nowMs;
      lookedMs = nowMs;
      if (isSilent || nowMs - answeredMs < SILENCE_MS) return false;
      isSilent = true;
      return true;
    },
  };
}
