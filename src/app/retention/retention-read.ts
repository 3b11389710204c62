/** Shows the operator the state of retention, and starts a cleanup by hand. */
import type { Actor } from '../../domain/access/access.ts';
import { authorize } from '../../domain/access/access.ts';
import { MINUTE_MS } from '../../domain/milliseconds.ts';
import type { ClockJump } from '../../domain/time/clock.ts';
import type { Cleanup } from '../../domain/retention/retention.ts';
import type { AppContext } from '../context.ts';
import { doubtedJump } from './retention-clock.ts';
import { planRetention, type RetentionPlan } from './retention-plan.ts';
import { sweep } from './retention-sweep.ts';

/** How many reports are examined for the preview. */
const PLANNED = 1000;
/** The page refreshes itself every few seconds; adding up a million reports takes one. */
const SUMS_AGE_MS = MINUTE_MS / 2;
const CLEANUPS = 10;

export interface CleanupState {
  readonly plan: RetentionPlan;
  /** Newest first. */
  readonly past: readonly Cleanup[];
  readonly freeBytes: number;
  /** The clock went forward, and nobody has confirmed it. */
  readonly jump?: ClockJump | undefined;
}

export async function readCleanup(ctx: AppContext, actor: Actor): Promise<CleanupState> {
  authorize(actor, { type: 'administer' });
  const [plan, past, freeBytes, jump] = await Promise.all([
    planRetention(ctx, PLANNED, SUMS_AGE_MS),
    ctx.runs.clearings(CLEANUPS),
    ctx.freeBytes(),
    doubtedJump(ctx),
  ]);
  return { plan, past, freeBytes, jump };
}

/** One pass; the server continues by itself if there is more. */
export async function clearAway(ctx: AppContext, actor: Actor): Promise<void> {
  authorize(actor, { type: 'administer' });
  await sweep(ctx, { by: actor });
}
