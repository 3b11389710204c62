/** Why no run may be submitted now. */
import type { ScriptProblem } from '../domain/script.ts';
import { problemText } from '../domain/script-problem.ts';
import { diskProblem } from '../domain/disk.ts';
import { AppError } from '../domain/error.ts';
import { SERVER_STOPPING } from '../domain/message.ts';
import type { AppContext } from './context.ts';

const RETRY_AFTER_S = 30;

/** `unavailable`, with when to try again; undefined while runs are taken. */
export function runRefusal(ctx: Pick<AppContext, 'kernels' | 'stopping'>): AppError | undefined {
  const problem = ctx.stopping?.aborted === true ? SERVER_STOPPING : ctx.kernels.problem?.();
  return problem === undefined ? undefined : new AppError('unavailable', problem, { retryAfterS: RETRY_AFTER_S });
}

/** `unavailable` while less is free on the disk than must stay free. */
export async function diskRefusal({ freeBytes, limits }: Pick<AppContext, 'freeBytes' | 'limits'>): Promise<AppError | undefined> {
  return diskProblem(await freeBytes(), limits.diskReserveBytes);
}

/** What keeps a script from being run now, for its page; empty when nothing does. */
export async function whyOff(ctx: Pick<AppContext, 'kernels' | 'stopping' | 'freeBytes' | 'limits'>, missing?: ScriptProblem): Promise<string> {
  const refusal = runRefusal(ctx) ?? (await diskRefusal(ctx));
  return refusal?.message ?? (missing === undefined ? '' : problemText(missing));
}
