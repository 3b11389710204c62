/** Reads one run, or a page of the history. */
import type { Actor } from '../../domain/access/access.ts';
import { authorize, makerFor, permits } from '../../domain/access/access.ts';
import { isIn } from '../../domain/access/token.ts';
import { AppError, HiddenError } from '../../domain/error.ts';
import type { RunPage, RunQuery, RunSight, RunStore } from '../../domain/run/run-store.ts';
import type { Run } from '../../domain/run/run.ts';
import { granteesOf } from '../../domain/run/share.ts';
import { openCursor, sealCursor } from './run-cursor.ts';
import { namesOf } from '../../domain/script/script.ts';
import type { AppContext } from '../context.ts';
import { mayRead } from '../script/script-find.ts';

const PAGE_LIMIT = 200;
const NO_REPORT = 'There is no such report.';

interface ReadContext {
  readonly runs: Pick<RunStore, 'find' | 'isShared'>;
}

/**
 * Deleted runs are returned too, as tombstones with `deletedAtMs`. Throws `not-found`, also if the actor may not see
 * it.
 */
export async function readRun(ctx: ReadContext, actor: Actor, id: string): Promise<Run> {
  const run = await ctx.runs.find(id);
  if (run === undefined) throw new AppError('not-found', NO_REPORT);
  if (!(await maySeeRun(ctx, actor, run))) throw new HiddenError(NO_REPORT);
  return shownTo(actor, run);
}

function shownTo(actor: Actor, run: Run): Run {
  const by = makerFor(actor, run);
  return by === run.by ? run : { ...run, by };
}

/** By the rules, by a link, or because the report is shared with the actor. */
export async function maySeeRun({ runs }: ReadContext, actor: Actor, run: Run): Promise<boolean> {
  return (
    actor.report === run.id ||
    mayReadRun(actor, run) ||
    (isIn(run.script, placesOf(actor)) && runs.isShared(run.id, granteesOf(actor.person)))
  );
}

/** By the rules alone: for statistics, and what else is about a script. */
export function mayReadRun(actor: Actor, { script, by }: Pick<Run, 'script' | 'by'>): boolean {
  return permits(actor, { type: 'read-run', script, by });
}

/** As `readRun`, for callers that need the report itself: throws `gone` when it was deleted. */
export async function readKeptRun(ctx: ReadContext, actor: Actor, id: string): Promise<Run> {
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
export async function listRuns(
  ctx: AppContext,
  actor: Actor,
  { shared = false, ...query }: RunQuery & { /** Only what is shared with the actor. */ readonly shared?: boolean },
): Promise<RunPage> {
  authorize(actor, { type: 'list-scripts' });
  const named = typeof query.script === 'string' ? await ctx.scripts.find(query.script) : undefined;
  const { cursor: _sealed, ...asked } = actor.isGuest === true ? withoutBy(query) : query;
  const page = await ctx.runs.list({
    ...asked,
    ...openCursor(ctx, query),
    ...(named === undefined ? {} : { script: namesOf(named) }),
    ...(shared ? { sharedWith: granteesFor(actor) } : {}),
    ...(actor.role === 'operator' ? {} : { seenBy: await sightOf(ctx, actor) }),
    limit: Math.min(Math.max(Math.trunc(query.limit), 1), PAGE_LIMIT),
  });
  return sealCursor(ctx, { ...page, items: page.items.map((run) => shownTo(actor, run)) });
}

function withoutBy({ by: _name, ...query }: RunQuery): RunQuery {
  return query;
}

/** A token that is for some scripts only lists no shared reports: they may be of others. */
function granteesFor(actor: Actor): readonly string[] {
  return placesOf(actor).length === 0 ? granteesOf(actor.person) : [];
}

function placesOf({ token }: Actor): readonly string[] {
  return token?.places ?? [];
}

async function sightOf(ctx: Pick<AppContext, 'scripts'>, actor: Actor): Promise<RunSight> {
  const drafts = (await ctx.scripts.list()).filter((script) => script.isDraft === true && !mayRead(actor, script));
  return {
    user: actor.id,
    scopes: actor.rights.scopes(),
    grantees: granteesFor(actor),
    without: drafts.flatMap(namesOf),
  };
}
