/** Reads one run; deleted runs are returned, too, as tombstones with `deletedAtMs`. */
import type { Actor } from '../domain/access/access.ts';
import { authorize } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import type { Run } from '../domain/run/run.ts';

/** Throws `not-found` and `forbidden`. */
export async function readRun(ctx: { readonly runs: Pick<RunStore, 'find'> }, actor: Actor, id: string): Promise<Run> {
  const run = await ctx.runs.find(id);
  if (run === undefined) throw new AppError('not-found', 'There is no such report.');
  authorize(actor, { type: 'read-run', script: run.script });
  return run;
}

/** As `readRun`, for callers that need the report itself: throws `gone` when it was deleted. */
export async function readKeptRun(
  ctx: { readonly runs: Pick<RunStore, 'find'> },
  actor: Actor,
  id: string,
): Promise<Run> {
  const run = await readRun(ctx, actor, id);
  if (run.deletedAtMs !== undefined)
    throw new AppError('gone', 'This report was deleted. Run it again to get a new one.');
  return run;
}
