/** Reads one run, or a page of the history. */
import type { Actor } from '../domain/access/access.ts';
import { authorize, permits } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { RunPage, RunQuery, RunStore } from '../domain/run/run-store.ts';
import type { Run } from '../domain/run/run.ts';
import type { AppContext } from './context.ts';

const PAGE_LIMIT = 200;

/** Deleted runs are returned too, as tombstones with `deletedAtMs`. Throws `not-found` and `forbidden`. */
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

/**
 * Reads a page of the history, newest first, without the runs that the actor may not read. Throws `invalid` for a bad
 * cursor.
 */
export async function listRuns(ctx: AppContext, actor: Actor, query: RunQuery): Promise<RunPage> {
  authorize(actor, { type: 'list-scripts' });
  const page = await ctx.runs.list({ ...query, limit: Math.min(Math.max(Math.trunc(query.limit), 1), PAGE_LIMIT) });
  return { ...page, items: page.items.filter(({ script }) => permits(actor, { type: 'read-run', script })) };
}
