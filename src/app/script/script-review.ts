/** What needs the attention of authors: found in the code of scripts, which is read for it. */
import { type Actor, authorize, isAuthor } from '../../domain/access/access.ts';
import { type Finding, urgentFindings } from '../../domain/finding.ts';
import type { Script, ScriptSource } from '../../domain/script/script.ts';

interface ReviewContext {
  readonly scripts: Pick<ScriptSource, 'list' | 'review'>;
}

export interface FindingCounts {
  /** Of the scripts that have urgent findings. */
  readonly counts: ReadonlyMap<Script, number>;
  /** How many scripts have not been reviewed yet. */
  readonly left: number;
}

/** What is more than worth knowing about one script; nothing for those who are not its authors. */
export async function readUrgentFindings(
  ctx: ReviewContext,
  actor: Actor,
  script: Pick<Script, 'name'> | undefined,
): Promise<readonly Finding[]> {
  if (script === undefined || !isAuthor(actor, script.name)) return [];
  // the file may be gone, or half written, since it was listed
  return urgentFindings(await ctx.scripts.review(script.name).catch(() => []));
}

/** A listed script is the same object until its file changes. */
const known = new WeakMap<Script, number>();

/** Reviews scripts for at most `withinMs`, one after the other; the next call continues. */
export async function countFindings(ctx: ReviewContext, actor: Actor, withinMs: number): Promise<FindingCounts> {
  authorize(actor, { type: 'administer' });
  const scripts = (await ctx.scripts.list()).filter(({ state }) => state === 'ready');
  const endMs = performance.now() + withinMs;
  for (const script of scripts) {
    if (known.has(script)) continue;
    if (performance.now() > endMs) break;
    known.set(script, (await readUrgentFindings(ctx, actor, script)).length);
  }
  const counts = scripts.flatMap((script) => {
    const count = known.get(script) ?? 0;
    return count === 0 ? [] : [[script, count] as const];
  });
  return { counts: new Map(counts), left: scripts.filter((script) => !known.has(script)).length };
}
