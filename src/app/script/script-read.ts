/** Reads one script, with its newest report and its usual duration. */
import type { Actor } from '../../domain/access/access.ts';
import { FINAL_STATUSES, type Run } from '../../domain/run/run.ts';
import { namesOf, type Script } from '../../domain/script/script.ts';
import type { AppContext } from '../context.ts';
import { findScript } from './script-find.ts';
import { listing, missingKernels, type ScriptListing, withRuns } from './script-list.ts';

/**
 * By its name or an earlier one, see `namesOf`. Broken scripts are returned, too, with their problem. Throws
 * `not-found`, also for what the actor may not see.
 */
export async function readScript(ctx: AppContext, actor: Actor, name: string): Promise<ScriptListing> {
  const script = await findScript(ctx, actor, name);
  const [[found], missing] = await Promise.all([withRuns(ctx, actor, [script]), missingKernels(ctx, [{ script }])]);
  const newest = found?.latest ?? (await ownLatest(ctx, actor, script));
  // lists shorten what is large
  const whole = newest?.shortened === undefined ? newest : await ctx.runs.find(newest.id);
  const latest = whole?.deletedAtMs === undefined ? whole : undefined;
  return listing(script, { latest, usualMs: found?.usualMs, missing: missing(script) });
}

/** Where others' reports are not shown. */
async function ownLatest({ runs }: AppContext, { id, role, rights }: Actor, script: Script): Promise<Run | undefined> {
  if (role === 'operator' || rights.of(script.name).runs === 'script') return undefined;
  const found = await runs.list({ script: namesOf(script), by: id, status: FINAL_STATUSES, limit: 1 });
  return found.items[0];
}
