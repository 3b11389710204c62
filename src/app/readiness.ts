/** Whether the server can work now: a kernel has answered, its writes are stored, and it is not about to stop. */
import { AppError } from '../domain/error.ts';
import type { AppContext } from './context.ts';
import { roomRefusal, runRefusal } from './run-refusal.ts';

/** Why not; undefined if it can. */
export async function readinessProblem(ctx: AppContext): Promise<string | undefined> {
  const refusal = runRefusal(ctx);
  if (refusal !== undefined) return refusal.message;
  const full = await roomRefusal(ctx);
  if (full !== undefined) return full.message;
  // a web knows of its workers from the database: the database is named first
  return ctx.runs.checkWritable().then(
    () => (ctx.kernels.ready() ? undefined : (ctx.kernels.unready ?? 'No kernel has answered yet.')),
    (error: unknown) => {
      ctx.log.error({ error }, 'The database accepts no writes');
      return error instanceof AppError ? error.message : 'The database accepts no writes.';
    },
  );
}
