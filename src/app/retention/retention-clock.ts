/** Retention when the clock may be wrong: a jump forward must not make everything expire at once. */
import type { Actor } from '../../domain/access/access.ts';
import { authorize } from '../../domain/access/access.ts';
import { beforeJump, DOUBT_MS, lookAtClock, type ClockJump } from '../../domain/time/clock.ts';
import { clockDoubt } from '../../domain/run/run-message.ts';
import type { RetentionStore } from '../../domain/retention/retention-store.ts';
import type { AppContext } from '../context.ts';

export interface ClockContext extends Pick<AppContext, 'now' | 'log'> {
  readonly runs: Pick<RetentionStore, 'clock' | 'setClock'>;
}

/** Stores the moment; logs a jump that was not known. */
export async function noteClock(ctx: ClockContext): Promise<void> {
  const before = await ctx.runs.clock();
  const clock = lookAtClock(before, ctx.now());
  await ctx.runs.setClock(clock);
  if (clock.jump !== undefined && clock.jump.toMs !== before?.jump?.toMs)
    ctx.log.warn({ ...clock.jump }, clockDoubt(clock.jump));
}

export async function doubtedJump({ runs, now }: Pick<ClockContext, 'runs' | 'now'>): Promise<ClockJump | undefined> {
  return lookAtClock(await runs.clock(), now()).jump;
}

/** The moment by which reports expire. */
export async function expiryNow(ctx: Pick<ClockContext, 'runs' | 'now'>): Promise<number> {
  return beforeJump(await doubtedJump(ctx), ctx.now(), DOUBT_MS);
}

/** The operator confirms that the clock is right. */
export async function trustClock(ctx: ClockContext, actor: Actor): Promise<void> {
  authorize(actor, { type: 'administer' });
  await ctx.runs.setClock({ knownMs: ctx.now() });
}
