/** Finds a script that the actor may read. To anybody else, it does not exist. */
import { type Actor, authorize, permits } from '../../domain/access/access.ts';
import { AppError, HiddenError } from '../../domain/error.ts';
import type { Script, ScriptSource } from '../../domain/script/script.ts';

interface FindContext {
  readonly scripts: Pick<ScriptSource, 'find' | 'list'>;
}

/** By its name or an earlier one. Throws `not-found`, also for what the actor may not see, and `forbidden`. */
export async function findScript(
  ctx: FindContext,
  actor: Actor,
  name: string,
  type: 'read-script' | 'run-script' | 'author-script' = 'read-script',
): Promise<Script> {
  const script = await ctx.scripts.find(name);
  const sentence = `There is no script named “${name}”.`;
  if (script === undefined) throw new AppError('not-found', sentence);
  if (!mayRead(actor, script)) throw new HiddenError(sentence);
  authorize(actor, { type, script: script.name, isDraft: script.isDraft === true });
  return script;
}

export function mayRead(actor: Actor, { name, isDraft }: Script): boolean {
  return permits(actor, { type: 'read-script', script: name, isDraft: isDraft === true });
}
