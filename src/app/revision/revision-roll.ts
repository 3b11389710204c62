/** Rolls a script back to a revision that ran, and undoes that. For operators. */
import type { Actor } from '../../domain/access/access.ts';
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import type { RollbackControl } from '../../domain/rollback.ts';
import type { Script } from '../../domain/script/script.ts';
import type { AppContext } from '../context.ts';
import { readKeptRun } from '../run/run-read.ts';
import { findScript } from '../script/script-find.ts';
import { loadSubmitted } from '../script/script-submitted.ts';

/**
 * What the run executed is published until the file changes, or until `undoRollback`. Throws as
 * `RollbackControl.rollBack`, `forbidden` and `gone`.
 */
export async function rollBack(ctx: AppContext, actor: Actor, id: string): Promise<Script> {
  const run = await readKeptRun(ctx, actor, id);
  const script = await findScript(ctx, actor, run.script, 'author-script');
  const content = await loadSubmitted(ctx, run);
  if (content === undefined) throw new AppError('gone', 'The source of this run is not stored any more.');
  const { bytes, sidecar } = content;
  const to = { id: ctx.newId(), by: actor.id, atMs: ctx.now(), bytes, ...defined({ sidecar }) };
  await controlOf(ctx).rollBack(script.name, to);
  const { revision } = run;
  await ctx.audit?.record(actor, { action: 'rolled-back', script: script.name, run: id, details: { revision } });
  ctx.log.info({ script: script.name, run: run.id, revision, by: actor.id }, 'A script is rolled back');
  return script;
}

/** Its file is published again. */
export async function undoRollback(ctx: AppContext, actor: Actor, name: string): Promise<Script> {
  const script = await findScript(ctx, actor, name, 'author-script');
  await controlOf(ctx).lift(script.name);
  await ctx.audit?.record(actor, { action: 'rollback-undone', script: script.name });
  ctx.log.info({ script: script.name, by: actor.id }, 'The file of a script is published again');
  return script;
}

function controlOf({ rollbackControl }: AppContext): RollbackControl {
  if (rollbackControl !== undefined) return rollbackControl;
  throw new AppError('unavailable', 'This server cannot roll scripts back.');
}
