/** `/admin`, the sign-in link that leads there, and the way out. */
import { Type } from '@fastify/type-provider-typebox';
import { listRuns } from '../app/run-list.ts';
import { listScripts } from '../app/script-list.ts';
import { authorize } from '../domain/access.ts';
import { AppError } from '../domain/error.ts';
import { adminView } from '../page/admin.ts';
import { UNFINISHED } from '../page/history.ts';
import { message } from '../page/message.ts';
import { clearOperatorCookie, isToken, setOperatorCookie } from './actor.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './viewer.ts';

const ACTIVE_ROWS = 100;

export function addAdmin(app: App, site: Site): void {
  const { ctx, address } = site;
  app.get('/admin', { schema: { hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    authorize(viewer.actor, { type: 'administer' });
    const [active, listings] = await Promise.all([
      listRuns(ctx, viewer.actor, { status: UNFINISHED, limit: ACTIVE_ROWS }), listScripts(ctx, viewer.actor),
    ]);
    const view = adminView({
      active: active.items, scripts: listings.map(({ script }) => script), kernels: ctx.kernels.describe(), ready: ctx.kernels.ready(),
      limits: ctx.limits, version: ctx.serverVersion, timezone: ctx.timezone,
    }, viewer, address);
    return sendPage(site, request, reply, { template: 'admin', tab: message.admin.title, here: 'admin', scope: { view } });
  });
  app.get('/sign-in', { schema: { querystring: Type.Object({ token: Type.Optional(Type.String({ maxLength: 500 })) }), hide: true } }, async (request, reply) => {
    const { token } = request.query;
    if (token === undefined) throw new AppError('forbidden', message.signIn.text);
    if (!isToken(site, token)) throw new AppError('forbidden', message.signIn.wrong);
    setOperatorCookie(site, request, reply);
    return reply.redirect(address.admin(), 303);
  });
  app.post('/sign-out', { schema: { hide: true } }, async (_request, reply) => {
    clearOperatorCookie(site, reply);
    return reply.redirect(address.home(), 303);
  });
}
