/** Whether the server can work now: a kernel has answered, its writes are stored, and it is not about to stop. */
import { AppError } from '../domain/error.ts';
import type { AppContext } from './context.ts';
import { roomRefusal, runRefusal } from './run/run-refusal.ts';

/** Why not; undefined if it can. Settles within seconds, even if the database has stopped answering. */
export async function readinessProblem(ctx: AppContext): Promise<string | undefined> {
  const refusal = runRefusal(ctx);
  if (refusal !== undefined) return refusal.message;
  const full = await roomRefusal(ctx);
  if (full !== undefined) return full.message;
  const silent = Promise.withResolvers<void>();
  const unsubscribe = ctx.onSilence?.(silent.resolve);
  // the refusal then says that it does not answer
  const isSilent = silent.promise.then(async () => (await roomRefusal(ctx))?.message);
  return Promise.race([writeProblem(ctx), isSilent]).finally(unsubscribe);
}

async function writeProblem(ctx: AppContext): Promise<string | undefined> {
  try {
    await ctx.runs.checkWritable();
  } catch (error) {
    ctx.log.error({ error }, 'The database accepts no writes');
    return error instanceof AppError ? error.message : 'The database accepts no writes.';
  }
  // a web knows of its workers from the database: the database is named first
  return ctx.kernels.ready() ? undefined : (ctx.kernels.unready ?? 'No kernel has answered yet.');
}
