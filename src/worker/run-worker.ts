/** A worker: claims waiting runs and executes several at a time. */
import { defined } from '../domain/defined.ts';
import type { Offers } from '../domain/run/placement.ts';
import type { Claim } from '../domain/run/run-store.ts';
import type { WorkerContext } from './context.ts';
import { createRetentionPlanner } from '../app/retention/retention-plan.ts';
import { sweep } from '../app/retention/retention-sweep.ts';
import { createChoiceAnswers } from './choice-answer.ts';
import { createRunStarter } from './run-at-once.ts';
import { executeRun, type Begun } from './run-execute.ts';
import { createQueueClock } from './run-expire.ts';
import { createEnvironmentQueue, type EnvironmentQueue } from './run-environment.ts';
import { createLease } from './run-lease.ts';
import { createPlaces, type Place } from './run-place.ts';
import type { ClaimedRun } from './run-plan.ts';
import { roomRefusal } from '../app/run/run-refusal.ts';

const QUEUE_LOOK_MS = 15_000;
const SWEEP_MS = 900_000;

export interface RunWorker {
  /** Cleans up after an earlier process, then works whenever there is work, and deletes old reports. */
  start(): void;
  /** Accepts no more runs, lets current ones end for up to `graceMs`, then ends them as `lost`. */
  stop(graceMs: number): Promise<void>;
}

/** `onEnd` is called after each run. */
export function createWorker(ctx: WorkerContext, onEnd: () => void = () => {}): RunWorker {
  const claimLoop = createClaimLoop(ctx, onEnd);
  const answers = ctx.questions && createChoiceAnswers(ctx, ctx.questions, claimLoop.offers);
  let stops: readonly (() => void)[] = [];
  let sweeping = Promise.resolve();

  const expire = createQueueClock(ctx);
  const stopSweep = new AbortController();
  function clearAway(): void {
    sweeping = sweeping
      .then(async () => {
        if (!((await ctx.leads?.()) ?? true)) return;
        const [stop, planner] = [stopSweep.signal, createRetentionPlanner(ctx)];
        while (!stop.aborted && (await sweep(ctx, { stop, planner })).more);
      })
      .catch((error: unknown) => ctx.log.error({ error }, 'Deleting old reports failed'));
  }

  return {
    start() {
      const unsubscribe = ctx.runs.onQueued(claimLoop.poll);
      const stopStarts = ctx.starts?.serve(claimLoop.starter) ?? (() => {});
      claimLoop.start();
      answers?.start();
      clearAway();
      const queueClock = setInterval(() => {
        expire().then(claimLoop.poll, (error: unknown) => ctx.log.error({ error }, 'Ending old waiting runs failed'));
      }, QUEUE_LOOK_MS);
      const sweepClock = setInterval(clearAway, SWEEP_MS);
      stops = [unsubscribe, stopStarts, () => clearInterval(queueClock), () => clearInterval(sweepClock)];
    },
    async stop(graceMs) {
      for (const stop of stops) stop();
      stopSweep.abort();
      await Promise.all([answers?.stop(), claimLoop.close(graceMs)]);
      await sweeping;
    },
  };
}

function createClaimLoop(ctx: WorkerContext, onEnd: () => void) {
  let [name, link] = [ctx.newId(), new AbortController()];
  const environments = createEnvironmentQueue(ctx, ctx.offers === undefined);
  const stopListening = environments.onSettled(poll);
  const offers = createOffers(ctx, environments);
  const lease = createLease(ctx, name, { offers: offers.known, onSilence: endRuns, onBack: poll });
  const shutdown = new AbortController();
  const places = createPlaces(poll);
  let [isOpen, isIdle] = [false, false];
  let claiming: Promise<void> = Promise.resolve();

  /** Others end the runs of this worker. It goes on as another one, so that what it leaves is recovered. */
  function endRuns(): string {
    ctx.log.error({ runs: places.taken() }, 'The database does not answer: running reports are ended');
    link.abort();
    link = new AbortController();
    name = ctx.newId();
    return name;
  }

  function hasPlace(): boolean {
    return isOpen && ctx.kernels.whenReady?.() === undefined && places.taken() < ctx.limits.concurrency;
  }

  function execute(claim: ClaimedRun, place: Place, begun?: Begun): Promise<void> {
    return places.work(claim.run.id, place, async () => {
      await executeRun(ctx, claim, { name, shutdown: AbortSignal.any([shutdown.signal, link.signal]) }, begun);
      onEnd();
    });
  }

  async function claimAll(): Promise<void> {
    while (hasPlace() && !(await isCrowded(ctx))) {
      // others may start at once while this one is claimed
      const place = places.take();
      const claimant = name;
      const claim = await claimNext(ctx, claimant, environments, offers).catch(place.failed);
      isIdle = claim === undefined;
      if (claim === undefined) return place.giveBack();
      // it is recovered, as what else that name has left
      if (claimant === name) void execute(claim, place);
      else place.giveBack();
    }
  }

  /** One step after the other: a notification during a claim makes it look again. */
  function then(work: () => Promise<void>, problem: string): void {
    claiming = claiming.then(work).catch((error: unknown) => ctx.log.error({ error }, problem));
  }

  function poll(): void {
    isIdle = false;
    then(claimAll, 'Claiming a run failed');
  }

  return {
    poll,
    starter: createRunStarter(ctx, {
      name: () => name,
      takePlace: () => (hasPlace() ? places.take() : undefined),
      isIdle: () => isIdle,
      execute,
    }),
    offers: offers.latest,
    start() {
      isOpen = true;
      then(() => lease.start(), 'Recovery failed');
      poll();
      void ctx.kernels.whenReady?.()?.then(poll);
    },
    async close(graceMs: number): Promise<void> {
      isOpen = false;
      stopListening();
      await claiming;
      await places.settle(graceMs);
      shutdown.abort();
      await places.settle();
      await lease.stop();
    },
  };
}

async function claimNext(
  ctx: WorkerContext,
  claimant: string,
  environments: EnvironmentQueue,
  { latest }: ReturnType<typeof createOffers>,
): Promise<Claim | undefined> {
  const [withheld, offers] = [await environments.withheld(), await latest()];
  return ctx.runs.claim(claimant, ctx.now(), { ...ctx.limits.atOnce, withheld, ...defined({ offers }) });
}

/** What this worker offers; undefined: it takes every run. */
function createOffers(ctx: WorkerContext, environments: EnvironmentQueue) {
  let last: Offers | undefined;
  let looking: Promise<Offers | undefined> | undefined;
  /** Looks for kernels that were installed meanwhile: reads files. */
  function look(): Promise<Offers | undefined> {
    return (looking ??= read().finally(() => {
      looking = undefined;
    }));
  }
  async function read(): Promise<Offers | undefined> {
    if (ctx.offers === undefined) return undefined;
    const [languages, kernels] = await Promise.all([ctx.kernels.languages?.(), ctx.kernels.kernelNames?.()]);
    return (last = { ...ctx.offers, ...defined({ languages, kernels }) });
  }
  return {
    latest: async () => (last?.languages === undefined ? look() : last),
    /** Looks again without waiting for it: a lease must be renewed even if the files do not answer. */
    known(): Offers | undefined {
      look().catch((error: unknown) => ctx.log.warn({ error }, 'The kernels of this machine could not be looked for'));
      return last && { ...last, without: environments.last };
    },
  };
}

/** Runs wait while there is no room for them; the queue's clock looks again. */
async function isCrowded(ctx: WorkerContext): Promise<boolean> {
  const problem = await roomRefusal(ctx);
  if (problem !== undefined) ctx.log.warn({ error: problem }, 'No run starts');
  return problem !== undefined;
}
