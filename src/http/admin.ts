/** `/admin`. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { listConnections } from '../app/connection-list.ts';
import { testConnection } from '../app/connection-test.ts';
import { trustClock } from '../app/retention/retention-clock.ts';
import { clearAway, readCleanup } from '../app/retention/retention-read.ts';
import { listScripts } from '../app/script/script-list.ts';
import { readStatus } from '../app/status-read.ts';
import { countFindings } from '../app/script/script-review.ts';
import { authorize } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import { adminView } from '../page/admin/admin.ts';
import type { Trial } from '../page/admin/admin-connection.ts';
import { message } from '../page/message/message.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';

export function addAdmin(app: App, site: Site): void {
  const { urls } = site;
  app.get('/admin', { schema: { hide: true } }, (request, reply) => sendAdmin(site, request, reply));
  app.post(
    '/admin/connections/test',
    { schema: { body: Type.Object({ name: Type.String({ maxLength: 500 }) }), hide: true } },
    async (request, reply) => {
      return sendAdmin(site, request, reply, await tryConnection(site, request, request.body.name));
    },
  );
  app.post('/admin/clear', { schema: { hide: true } }, async (request, reply) => {
    await clearAway(site.ctx, viewerOf(site, request).actor);
    return reply.redirect(urls.admin(), 303);
  });
  app.post('/admin/clock', { schema: { hide: true } }, async (request, reply) => {
    await trustClock(site.ctx, viewerOf(site, request).actor);
    return reply.redirect(urls.admin(), 303);
  });
}

/** How long a page waits for the findings of scripts that nobody has asked for before; the next one continues. */
const REVIEW_MS = 1_000;

async function sendAdmin(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  trial?: Trial,
): Promise<FastifyReply> {
  const { ctx, urls } = site;
  const viewer = viewerOf(site, request);
  authorize(viewer.actor, { type: 'administer' });
  const [status, findings, listings, connections, clearing] = await Promise.all([
    readStatus(ctx, viewer.actor),
    countFindings(ctx, viewer.actor, REVIEW_MS),
    listScripts(ctx, viewer.actor),
    listConnections(ctx, viewer.actor),
    readCleanup(ctx, viewer.actor),
  ]);
  const view = adminView(
    {
      status,
      findings,
      listings,
      connections,
      clearing,
      trial,
      origin: ctx.origin?.state(),
      kernels: ctx.kernels.describe(),
      limits: ctx.limits,
      retention: ctx.retention,
      version: ctx.serverVersion,
      timezone: ctx.timezone,
    },
    viewer,
    urls,
  );
  return sendPage(site, request, reply, {
    template: 'admin',
    tab: message.admin.title,
    here: 'admin',
    scope: { view },
  });
}

/** A reason why a connection cannot be tested is a result, too: it is shown beside the connection. */
async function tryConnection(site: Site, request: FastifyRequest, name: string): Promise<Trial> {
  try {
    return { name, ...(await testConnection(site.ctx, viewerOf(site, request).actor, name)) };
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'invalid' && error.code !== 'unavailable')) throw error;
    return { name, ok: false, message: error.message };
  }
}
