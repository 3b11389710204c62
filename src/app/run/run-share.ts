/** Hands the report of a run to people and groups, and takes it back. */
import { type Actor, authorize } from '../../domain/access/access.ts';
import { readGrantees, type Share } from '../../domain/run/share.ts';
import type { Run } from '../../domain/run/run.ts';
import type { AppContext } from '../context.ts';
import { readKeptRun } from './run-read.ts';

type ShareContext = Pick<AppContext, 'runs' | 'now' | 'audit'>;

/** For the owner and operators. Throws `not-found`, `forbidden` and `gone`. */
export async function listShares(ctx: ShareContext, actor: Actor, id: string): Promise<readonly Share[]> {
  await readOwn(ctx, actor, id);
  return ctx.runs.shares(id);
}

/**
 * `names`: as they are typed, see `readGrantees`. The people see exactly this report from then on. Throws as
 * `listShares`, `invalid` for what is no name, and `conflict` when too many have it.
 */
export async function shareRun(ctx: ShareContext, actor: Actor, id: string, names: readonly string[]): Promise<void> {
  const { script } = await readOwn(ctx, actor, id);
  const grantees = readGrantees(names);
  await ctx.runs.share(id, grantees, actor.id, ctx.now());
  await ctx.audit?.record(actor, { action: 'shared', script, run: id, details: { with: grantees } });
}

/**
 * Open streams of those who have no other right end within seconds. False if it was not shared with them. Throws as
 * `listShares`.
 */
export async function unshareRun(ctx: ShareContext, actor: Actor, id: string, grantee: string): Promise<boolean> {
  const { script } = await readOwn(ctx, actor, id);
  const isDone = await ctx.runs.unshare(id, grantee);
  if (isDone) await ctx.audit?.record(actor, { action: 'unshared', script, run: id, details: { with: grantee } });
  return isDone;
}

async function readOwn(ctx: ShareContext, actor: Actor, id: string): Promise<Run> {
  const run = await readKeptRun(ctx, actor, id);
  authorize(actor, { type: 'share-run', by: run.by });
  return run;
}
