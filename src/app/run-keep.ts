/** Keeps a report beyond its time, or lets it expire again. */
import type { Actor } from '../domain/access/access.ts';
import { authorize } from '../domain/access/access.ts';
import type { Run } from '../domain/run/run.ts';
import type { AppContext } from './context.ts';
import { readRun } from './run-read.ts';

/** Throws `gone` when the report was deleted. */
export async function keepRun(ctx: AppContext, actor: Actor, id: string, pinned: boolean): Promise<Run> {
  const run = await readRun(ctx, actor, id);
  authorize(actor, { type: 'keep-run', by: run.by });
  return ctx.runs.pin(id, pinned);
}
