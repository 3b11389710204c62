/** Cancels a run, waiting or started. */
import type { Actor } from '../domain/access/access.ts';
import { authorize } from '../domain/access/access.ts';
import type { Run } from '../domain/run/run.ts';
import type { AppContext } from './context.ts';
import { readRun } from './run-read.ts';

/**
 * When it settles, a waiting run has ended; a started one has been asked to end. A run that has ended stays as it is.
 */
export async function cancelRun(ctx: AppContext, actor: Actor, id: string): Promise<Run> {
  const run = await readRun(ctx, actor, id);
  authorize(actor, { type: 'cancel-run', by: run.by });
  return ctx.runs.requestCancel(id, actor.id, ctx.now());
}
