/** Links to the report of a run, for its owner and operators. */
import { type Actor, authorize } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import {
  type Link,
  type LinkStore,
  type LinkWish,
  type NewLink,
  newLink,
  type RunLink,
} from '../../domain/run/link.ts';
import type { Run } from '../../domain/run/run.ts';
import type { AppContext } from '../context.ts';
import { readKeptRun } from './run-read.ts';

export interface LinkContext extends Pick<AppContext, 'runs' | 'now' | 'audit'> {
  readonly links: LinkStore;
  /** The longest life of a link; undefined: the settings allow none. */
  readonly mostMs: number | undefined;
  /** As `NewLink.id`. */
  readonly newLinkId: () => string;
}

/** Throws `not-found`, `forbidden` and `gone`. */
export async function listLinks(ctx: LinkContext, actor: Actor, id: string): Promise<readonly Link[]> {
  await readOwn(ctx, actor, id);
  return ctx.links.ofRun(id);
}

/** Throws as `listLinks`, `invalid` for a wrong wish, and `conflict` where there are too many, or may be none. */
export async function makeLink(ctx: LinkContext, actor: Actor, id: string, wish: LinkWish): Promise<NewLink> {
  const { script } = await readOwn(ctx, actor, id);
  if (ctx.mostMs === undefined)
    throw new AppError('conflict', 'Links are switched off on this server. Share the report with people by name.');
  const nowMs = ctx.now();
  const link = newLink(wish, { id: ctx.newLinkId(), by: actor.id, nowMs, mostMs: ctx.mostMs });
  await ctx.links.make(id, link, nowMs);
  const { allows, preview, note, untilMs } = link;
  const details = { link: link.id, allows, preview, note, until: new Date(untilMs).toISOString() };
  await ctx.audit?.record(actor, { action: 'link-made', script, run: id, details });
  return link;
}

/** It ends at once, open streams within seconds. False if there is none that could end. Throws as `listLinks`. */
export async function revokeLink(ctx: LinkContext, actor: Actor, id: string, link: string): Promise<boolean> {
  const { script } = await readOwn(ctx, actor, id);
  const isDone = await ctx.links.revoke(id, link, ctx.now());
  if (isDone) await ctx.audit?.record(actor, { action: 'link-revoked', script, run: id, details: { link } });
  return isDone;
}

/** All that are listed, the newest first, for operators, not their tokens: an address is a key. Throws `forbidden`. */
export async function listAllLinks(ctx: LinkContext, actor: Actor): Promise<readonly RunLink[]> {
  authorize(actor, { type: 'administer' });
  authorize(actor, { type: 'share-run', by: actor.id });
  return ctx.links.newest();
}

async function readOwn(ctx: LinkContext, actor: Actor, id: string): Promise<Run> {
  const run = await readKeptRun(ctx, actor, id);
  authorize(actor, { type: 'share-run', by: run.by });
  return run;
}
