/** Ends runs that have waited for too long; a jump of the clock does not count as waiting. */
import { beforeJump, createJumpWatch } from '../domain/time/clock.ts';
import type { WorkerContext } from './context.ts';

/** `steadyMs`: a clock that never jumps. */
export function createQueueClock(
  ctx: Pick<WorkerContext, 'runs' | 'now' | 'limits'>,
  steadyMs = () => performance.now(),
): () => Promise<void> {
  const watch = createJumpWatch(ctx.now(), steadyMs());
  return async () => {
    const nowMs = ctx.now();
    const { queueMs } = ctx.limits;
    await ctx.runs.expireQueued(beforeJump(watch(nowMs, steadyMs()), nowMs, queueMs) - queueMs, queueMs, nowMs);
  };
}
