/** Reads one run, or a page of the history. */
import type { Actor } from '../domain/access/access.ts';
import { authorize, permits } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { RunPage, RunQuery, RunStore } from '../domain/run/run-store.ts';
import type { Run } from '../domain/run/run.ts';
import { namesOf } from '../domain/script/script.ts';
import type { AppContext } from './context.ts';
import { mayRead } from './script-find.ts';

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
 * Reads a page of the history, newest first, without the runs that the actor may not read, and without those of drafts
 * that he may not read: their reports have addresses, but are not listed. Runs of a script include those under its
 * earlier names. Throws `invalid` for a bad cursor.
 */
export async function listRuns(ctx: AppContext, actor: Actor, query: RunQuery): Promise<RunPage> {
  authorize(actor, { type: 'list-scripts' });
  const scripts = await ctx.scripts.list();
  const named = typeof query.script === 'string' ? await ctx.scripts.find(query.script) : undefined;
  const hidden = new Set(scripts.filter((script) => !mayRead(actor, script)).flatMap(namesOf));
  const page = await ctx.runs.list({
    ...query,
    ...(named === undefined ? {} : { script: namesOf(named) }),
    limit: Math.min(Math.max(Math.trunc(query.limit), 1), PAGE_LIMIT),
  });
  const isShown = ({ script }: Run) => permits(actor, { type: 'read-run', script }) && !hidden.has(script);
  return { ...page, items: page.items.filter(isShown) };
}
