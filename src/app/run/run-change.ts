/** Cancel a run, keep its report, or delete it. */
import type { Actor } from '../../domain/access/access.ts';
import { authorize } from '../../domain/access/access.ts';
import { isFinal, type Run } from '../../domain/run/run.ts';
import type { AppContext } from '../context.ts';
import { readRun } from './run-read.ts';

/** A waiting run has ended when it settles; a started one is asked to end. A run that has ended stays as it is. */
export async function cancelRun(ctx: AppContext, actor: Actor, id: string): Promise<Run> {
  const run = await readRun(ctx, actor, id);
  authorize(actor, { type: 'cancel-run', by: run.by });
  const asked = await ctx.runs.requestCancel(id, actor.id, ctx.now());
  if (!isFinal(run.status)) await ctx.audit?.record(actor, { action: 'cancelled', script: run.script, run: id });
  return asked;
}

/** Keeps the report beyond its time, or lets it go again. Throws `gone` when the report was deleted. */
export async function keepRun(ctx: AppContext, actor: Actor, id: string, pinned: boolean): Promise<Run> {
  const run = await readRun(ctx, actor, id);
  authorize(actor, { type: 'keep-run', by: run.by });
  const changed = await ctx.runs.pin(id, pinned);
  await ctx.audit?.record(actor, { action: pinned ? 'kept' : 'unkept', script: run.script, run: id });
  return changed;
}

/**
 * Deletes the report; its address then says so, with the script and the values. Its files go with the next sweep,
 * unless another report has the same. Throws `conflict` while the run goes on.
 */
export async function deleteRun(ctx: AppContext, actor: Actor, id: string): Promise<void> {
  const run = await readRun(ctx, actor, id);
  authorize(actor, { type: 'delete-run', by: run.by });
  await ctx.runs.erase(id, ctx.now());
  await ctx.audit?.record(actor, { action: 'deleted', script: run.script, run: id, details: { by: run.by } });
}
