/** Reads one script, with its newest report and its usual duration. */
import type { Actor } from '../domain/access/access.ts';
import { authorize } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { AppContext } from './context.ts';
import { listing, missingKernels, type ScriptListing } from './script-list.ts';

/** Broken scripts are returned, too, with their problem. Throws `not-found`. */
export async function readScript(ctx: AppContext, actor: Actor, name: string): Promise<ScriptListing> {
  authorize(actor, { type: 'read-script', script: name });
  const script = await ctx.scripts.find(name);
  if (script === undefined) throw new AppError('not-found', `There is no script "${name}".`);
  const [latest, usualMs, missing] = await Promise.all([
    ctx.runs.latest(name),
    ctx.runs.usualMs(name),
    missingKernels(ctx)(script),
  ]);
  return listing(script, { latest: latest.get(script.name), usualMs: usualMs.get(script.name), missing });
}
