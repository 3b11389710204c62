/** `/runs/<id>/share`: with whom a report is shared, for its owner. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readKeptRun } from '../app/run-read.ts';
import { listShares, shareRun, unshareRun } from '../app/run-share.ts';
import { AppError } from '../domain/error.ts';
import { SHARE_WORDS, shareView } from '../page/share.ts';
import { viewerOf } from './access/viewer.ts';
import { problemOf } from './error.ts';
import { sendPage } from './page.ts';
import { RunPath } from './run.ts';
import type { App, Site } from './site.ts';

const Names = Type.Object({ names: Type.String({ maxLength: 30_000 }) });
const Grantee = Type.Object({ grantee: Type.String({ maxLength: 1_000 }) });

export function addShare(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/runs/:id/share', { schema: { params: RunPath, hide: true } }, async (request, reply) =>
    sendShares(site, request, reply, { id: request.params.id, names: '' }),
  );
  app.post('/runs/:id/shares', { schema: { params: RunPath, body: Names, hide: true } }, async (request, reply) => {
    const { id } = request.params;
    const { names } = request.body;
    try {
      await shareRun(ctx, viewerOf(site, request).actor, id, [names]);
    } catch (error) {
      if (!(error instanceof AppError) || !['invalid', 'conflict'].includes(error.code)) throw error;
      return sendShares(site, request, reply.code(problemOf(error, request.id).status), {
        id,
        names,
        problem: error.message,
      });
    }
    return reply.redirect(urls.share(id), 303);
  });
  app.post('/runs/:id/unshare', { schema: { params: RunPath, body: Grantee, hide: true } }, async (request, reply) => {
    const { id } = request.params;
    await unshareRun(ctx, viewerOf(site, request).actor, id, request.body.grantee);
    return reply.redirect(urls.share(id), 303);
  });
}

async function sendShares(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, names, problem = '' }: { readonly id: string; readonly names: string; readonly problem?: string },
): Promise<FastifyReply> {
  const viewer = viewerOf(site, request);
  const shares = await listShares(site.ctx, viewer.actor, id);
  const run = await readKeptRun(site.ctx, viewer.actor, id);
  return sendPage(site, request, reply, {
    template: 'share',
    tab: `${SHARE_WORDS.title}: ${run.title}`,
    scope: { view: shareView({ run, shares }, { names, problem }, viewer, site.urls), words: SHARE_WORDS },
  });
}
