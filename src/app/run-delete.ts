/** Deletes a report. Its address then says so, with the script and the values. */
import type { Actor } from '../domain/access/access.ts';
import { authorize } from '../domain/access/access.ts';
import type { AppContext } from './context.ts';
import { readRun } from './run-read.ts';

/**
 * Throws `conflict` while the run is in progress. The next sweep deletes its files, unless another report shares them.
 */
export async function deleteRun(ctx: AppContext, actor: Actor, id: string): Promise<void> {
  const run = await readRun(ctx, actor, id);
  authorize(actor, { type: 'delete-run', by: run.by });
  await ctx.runs.erase(id, ctx.now());
}
