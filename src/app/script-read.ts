/** Reads one script, with its newest report and its usual duration. */
import type { Actor } from '../domain/access/access.ts';
import type { Run } from '../domain/run/run.ts';
import { namesOf } from '../domain/script/script.ts';
import type { AppContext } from './context.ts';
import { findScript } from './script-find.ts';
import { listing, missingKernels, newestOf, type ScriptListing, usualOf } from './script-list.ts';

/**
 * By its name or an earlier one, see `namesOf`. Broken scripts are returned, too, with their problem. Throws
 * `not-found`, also for drafts if the actor is no operator.
 */
export async function readScript(ctx: AppContext, actor: Actor, name: string): Promise<ScriptListing> {
  const script = await findScript(ctx, actor, name);
  const names = namesOf(script);
  const [latest, usualMs, missing] = await Promise.all([
    Promise.all(names.map((each) => ctx.runs.latest(each))),
    Promise.all(names.map((each) => ctx.runs.usualMs(each))),
    missingKernels(ctx)(script),
  ]);
  return listing(script, {
    latest: newestOf(script, merged<Run>(latest)),
    usualMs: usualOf(script, merged(usualMs)),
    missing,
  });
}

function merged<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  return new Map(maps.flatMap((map) => [...map]));
}
