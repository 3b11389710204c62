/** Plans runs that start together with their submission, where the worker has a place for them. */
import { defined } from '../domain/defined.ts';
import type { NewRun } from '../domain/run/run-store.ts';
import type { PlannedStart, RunStarter } from '../app/run/run-start.ts';
import type { WorkerContext } from './context.ts';
import type { Begun } from './run-execute.ts';
import type { Place } from './run-place.ts';
import { planRun, type ClaimedRun } from './run-plan.ts';

/** What a worker has for them. */
export interface StartingWorker {
  /** It may go on under another one. */
  name(): string;
  /** Undefined: there is none. */
  takePlace(): Place | undefined;
  /** Whether no run waits, as far as is known. */
  isIdle(): boolean;
  execute(claim: ClaimedRun, place: Place, begun: Begun): Promise<void>;
}

export function createRunStarter(ctx: WorkerContext, worker: StartingWorker): RunStarter {
  return {
    async plan(run: NewRun) {
      // packages may have to be installed first; where several processes share the store, none starts them at once
      if (ctx.offers !== undefined || run.bundle !== undefined || run.needs?.packages !== undefined) return undefined;
      // before this one has its place
      const isSure = worker.isIdle() && isUnlimited(ctx, run);
      const place = worker.takePlace();
      if (place === undefined) return undefined;
      const name = worker.name();
      const claim = claimOf(run, ctx.now());
      const plan = await planRun(ctx, claim, name).catch(() => undefined);
      // when its turn comes, it fails and says why
      if (plan === undefined) return void place.leave();
      const start = (started: Promise<boolean>) => void worker.execute(claim, place, { plan, started });
      const { atOnce: limits = {} } = ctx.limits;
      const rule = { worker: name, limits, started: plan.started };
      // what that name has left is recovered
      const isOwn = () => name === worker.name();
      return isSure ? startSurely(rule, start, isOwn) : startWhenCommitted(rule, { start, place, isOwn });
    },
  };
}

type Rule = Omit<PlannedStart['atOnce'], 'onStart'>;
type Start = (started: Promise<boolean>) => void;

/** Nothing can refuse it, or let it wait: it asks for its kernel before it is stored. */
function startSurely(rule: Rule, start: Start, isOwn: () => boolean): PlannedStart {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  start(promise);
  let hasStarted = false;
  return {
    atOnce: {
      ...rule,
      onStart: (_, durable) => {
        hasStarted = isOwn();
        if (hasStarted) durable.then(() => resolve(true), reject);
      },
    },
    release: () => hasStarted || resolve(false),
  };
}

function startWhenCommitted(
  rule: Rule,
  { start, place, isOwn }: { readonly start: Start; readonly place: Place; readonly isOwn: () => boolean },
): PlannedStart {
  let release = place.leave;
  return {
    atOnce: {
      ...rule,
      onStart: (_, durable) => {
        if (!isOwn()) return;
        release = () => {};
        start(durable.then(() => true));
      },
    },
    release: () => release(),
  };
}

/** Whether no quota and no limit counts for it, and nobody can have submitted it before. */
function isUnlimited({ limits: { atOnce } }: WorkerContext, run: NewRun): boolean {
  const isLimited = [run.scriptLimit, run.idempotencyKey, atOnce?.script, atOnce?.user].some(
    (limit) => limit !== undefined,
  );
  return !isLimited && (run.quotas ?? []).length === 0;
}

/** The run as it will be if it starts at once. */
function claimOf({ secrets, person, ...run }: NewRun, createdAtMs: number): ClaimedRun {
  const { bundle: _none, ...own } = run;
  return { run: { ...own, createdAtMs }, attempt: 1, secrets, ...defined({ person }) };
}
