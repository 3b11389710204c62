/** Writes a run's outcome, however long the disk stays full. */
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../domain/error.ts';
import type { Outcome } from '../domain/run/run.ts';
import { runAbout } from '../app/context.ts';
import type { RunContext } from './context.ts';
import type { ClaimedRun } from './run-plan.ts';

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 60_000;

/**
 * Tries again while the store is `unavailable`, until the server stops; then the next start marks the run as lost. A
 * run that another worker has taken over, or that has ended, is not changed. Throws any other failure.
 */
export async function finishRun(
  ctx: RunContext,
  claim: ClaimedRun,
  outcome: Outcome,
  shutdown: AbortSignal,
): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LAST_WAIT_MS)) {
    try {
      await ctx.runs.append(claim.run.id, claim.attempt, [{ type: 'run-finished', outcome }], ctx.now());
      return;
    } catch (error) {
      if (error instanceof AppError && error.code === 'conflict') return;
      if (!(error instanceof AppError) || error.code !== 'unavailable' || shutdown.aborted) throw error;
      ctx.log.warn({ ...runAbout(claim.run), error }, 'The outcome of a run cannot be stored yet');
      await wait(waitMs, undefined, { signal: shutdown }).catch(() => undefined);
    }
  }
}
