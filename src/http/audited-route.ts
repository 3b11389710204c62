/** Which routes show or give away a report: their answers are recorded in the audit before they are sent. */
import type { Look } from '../app/audit/audit-look.ts';
import { actorOf } from './access/actor.ts';
import type { App, Site } from './site.ts';

/** What somebody does who requests them; the events of a run are recorded where they are sent. */
export const AUDITED_ROUTES: Readonly<Record<string, Look['action']>> = {
  '/runs/:id': 'saw',
  '/runs/:id/report': 'saw',
  '/runs/:id/frame': 'saw',
  '/runs/:id/failure.txt': 'saw',
  '/runs/:id/source': 'downloaded',
  '/runs/:id/report.html': 'downloaded',
  '/api/v1/runs/:id': 'saw',
  '/api/v1/runs/:id/report': 'saw',
  '/api/v1/runs/:id/report.ipynb': 'downloaded',
  '/api/v1/runs/:id/packages': 'downloaded',
  '/api/v1/runs/:id/cells/:cell/text': 'downloaded',
  '/api/v1/runs/:id/files': 'downloaded',
  '/api/v1/runs/:id/export': 'downloaded',
  '/api/v1/runs/:id/artifacts': 'saw',
  '/api/v1/runs/:id/artifacts/:name': 'downloaded',
  '/api/v1/runs/:id/tables': 'saw',
  '/api/v1/runs/:id/tables/:name': 'downloaded',
  '/api/v1/runs/:id/tables/:name/rows': 'saw',
};

export function addAuditedRoutes(app: App, site: Site): void {
  const { basePath } = site.urls;
  app.addHook('onSend', async (request, reply) => {
    if (site.ctx.audit === undefined || request.method !== 'GET') return;
    if (reply.statusCode !== 200 && reply.statusCode !== 206) return;
    // below a link, and in pages of other sites, the routes are the same
    const route = (request.routeOptions.url ?? '').slice(basePath.length).replace(/^\/(l\/:token|embed\/:theme)/, '');
    const action = AUDITED_ROUTES[route];
    const { id } = request.params as { id?: string };
    if (action === undefined || id === undefined) return;
    const what = action === 'downloaded' ? { what: request.url.split(`/${id}/`)[1]?.slice(0, 300) ?? '' } : {};
    await site.noteLook(actorOf(site, request), { action, run: id, ...what });
  });
}
