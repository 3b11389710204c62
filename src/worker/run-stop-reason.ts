/** Why a run must end before its last cell: the first reason counts, whoever gives it. */
import type { Claim } from '../domain/run/run-store.ts';
import type { Outcome } from '../domain/run/run.ts';
import { runAbout, type AppContext } from '../app/context.ts';

export interface Ending {
  /** Aborted when there is a reason. */
  readonly signal: AbortSignal;
  outcome(): Outcome | undefined;
  end(outcome: Outcome): void;
  /** Stops the clock and the waiting for cancels. */
  close(): void;
}

/** Watches the run's wall time, its cancel and the server's end. */
export function watchEnding(ctx: AppContext, { run }: Claim, shutdown: AbortSignal): Ending {
  const controller = new AbortController();
  const end = (outcome: Outcome) => controller.abort(outcome);
  const wall = setTimeout(
    () => end({ type: 'timed-out', limit: 'wall', limitMs: ctx.limits.wallMs }),
    ctx.limits.wallMs,
  );
  const stop = () => end({ type: 'lost' });
  const look = () => {
    ctx.runs
      .cancelRequestedBy(run.id)
      .then((by) => {
        if (by !== undefined) end({ type: 'cancelled', by });
      })
      .catch((error: unknown) => ctx.log.error({ ...runAbout(run), error }, 'Looking for a cancel failed'));
  };
  const unsubscribe = ctx.runs.subscribe(run.id, look);
  look();
  if (shutdown.aborted) stop();
  shutdown.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    outcome: () => (controller.signal.aborted ? (controller.signal.reason as Outcome) : undefined),
    end,
    close() {
      clearTimeout(wall);
      unsubscribe();
      shutdown.removeEventListener('abort', stop);
    },
  };
}
