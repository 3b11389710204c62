/** Why a run must stop before its last cell: the first reason counts, whatever its source. */
import type { Outcome } from '../domain/run/run.ts';
import { runAbout } from '../app/context.ts';
import type { RunContext } from './context.ts';
import type { ClaimedRun } from './run-plan.ts';

export interface StopReason {
  /** Aborted when there is a reason. */
  readonly signal: AbortSignal;
  /** How a run with this reason ends; undefined: there is no reason to stop. */
  outcome(): Outcome | undefined;
  give(outcome: Outcome): void;
  /** Stops the clock and no longer waits for a cancellation. */
  close(): void;
}

/**
 * Watches the run's wall time, its cancellation, whether it is still this worker's, and the server's end. `isNew`:
 * nobody knows of the run yet, who could have cancelled it.
 */
export function watchStopReason(
  ctx: RunContext,
  { run, attempt }: ClaimedRun,
  shutdown: AbortSignal,
  isNew = false,
): StopReason {
  const controller = new AbortController();
  const give = (outcome: Outcome) => controller.abort(outcome);
  const wall = setTimeout(
    () => give({ type: 'timed-out', limit: 'wall', limitMs: ctx.limits.wallMs }),
    ctx.limits.wallMs,
  );
  const stop = () => give({ type: 'lost' });
  const findRequest = () => {
    ctx.runs
      .stopRequest(run.id, attempt)
      .then((outcome) => {
        if (outcome !== undefined) give(outcome);
      })
      .catch((error: unknown) => ctx.log.error({ ...runAbout(run), error }, 'Checking for a cancellation failed'));
  };
  const unsubscribe = ctx.runs.subscribe(run.id, findRequest);
  if (!isNew) findRequest();
  if (shutdown.aborted) stop();
  shutdown.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    outcome: () => (controller.signal.aborted ? (controller.signal.reason as Outcome) : undefined),
    give,
    close() {
      clearTimeout(wall);
      unsubscribe();
      shutdown.removeEventListener('abort', stop);
    },
  };
}
