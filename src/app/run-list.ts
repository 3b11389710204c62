/** The history: a page of runs, newest first. */
import type { Actor } from '../domain/access/access.ts';
import { authorize, permits } from '../domain/access/access.ts';
import type { RunPage, RunQuery } from '../domain/run/run-store.ts';
import type { AppContext } from './context.ts';

const PAGE_LIMIT = 200;

/** Runs that the actor may not read are left out. Throws `invalid` for a bad cursor. */
export async function listRuns(ctx: AppContext, actor: Actor, query: RunQuery): Promise<RunPage> {
  authorize(actor, { type: 'list-scripts' });
  const page = await ctx.runs.list({ ...query, limit: Math.min(Math.max(Math.trunc(query.limit), 1), PAGE_LIMIT) });
  return { ...page, items: page.items.filter(({ script }) => permits(actor, { type: 'read-run', script })) };
}
