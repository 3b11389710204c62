/** Reads one script, with its newest report and its usual duration. */
import type { Actor } from '../domain/access/access.ts';
import type { AppContext } from './context.ts';
import { findScript } from './script-find.ts';
import { listing, missingKernels, type ScriptListing, withRuns } from './script-list.ts';

/**
 * By its name or an earlier one, see `namesOf`. Broken scripts are returned, too, with their problem. Throws
 * `not-found`, also for drafts if the actor is no operator.
 */
export async function readScript(ctx: AppContext, actor: Actor, name: string): Promise<ScriptListing> {
  const script = await findScript(ctx, actor, name);
  const [[found], missing] = await Promise.all([withRuns(ctx, [script]), missingKernels(ctx, [{ script }])]);
  // lists shorten what is large
  const whole = found?.latest && (await ctx.runs.find(found.latest.id));
  const latest = whole?.deletedAtMs === undefined ? whole : undefined;
  return listing(script, { latest, usualMs: found?.usualMs, missing: missing(script) });
}
