/** The catalogue: all scripts, each with its newest report and how long it usually takes. */
import type { Actor } from '../domain/access.ts';
import { authorize, permits } from '../domain/access.ts';
import type { Run } from '../domain/run.ts';
import type { Script } from '../domain/script.ts';
import type { AppContext } from './context.ts';

export interface ScriptListing {
  readonly script: Script;
  /** The newest finished report that the actor may see. */
  readonly latest?: Run;
  /** Median of the last good runs. */
  readonly usualMs?: number;
}

/** Sorted by name; scripts that the actor may not read are left out. */
export async function listScripts(ctx: AppContext, actor: Actor): Promise<readonly ScriptListing[]> {
  authorize(actor, { type: 'list-scripts' });
  const [scripts, latest, usualMs] = await Promise.all([ctx.scripts.list(), ctx.runs.latest(), ctx.runs.usualMs()]);
  return scripts
    .filter(({ name }) => permits(actor, { type: 'read-script', script: name }))
    .map((script) => listing(script, latest.get(script.name), usualMs.get(script.name)));
}

export function listing(script: Script, latest: Run | undefined, usualMs: number | undefined): ScriptListing {
  return { script, ...(latest === undefined ? {} : { latest }), ...(usualMs === undefined ? {} : { usualMs }) };
}
