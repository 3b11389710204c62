/** `/`: the catalogue. */
import { Type } from '@fastify/type-provider-typebox';
import { listRuns } from '../app/run-read.ts';
import { runBlockedReason } from '../app/run-refusal.ts';
import { listScripts } from '../app/script-list.ts';
import { catalogueView } from '../page/catalogue.ts';
import { message } from '../page/message.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';

const Query = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 200 })),
  folder: Type.Optional(Type.String({ maxLength: 500 })),
});

/** How many of the newest runs are searched for different scripts. */
const RECENT_LOOK = 20;

export function addCatalogue(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/', { schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const [listings, recent] = await Promise.all([
      listScripts(ctx, viewer.actor),
      listRuns(ctx, viewer.actor, { by: viewer.actor.id, limit: RECENT_LOOK }),
    ]);
    const asked = { query: request.query.q ?? '', folder: request.query.folder ?? '' };
    const view = catalogueView(listings, recent.items, asked, { viewer, urls });
    const scope = { view, problem: await runBlockedReason(ctx) };
    return sendPage(site, request, reply, { template: 'catalogue', tab: message.catalogue.title, here: 'home', scope });
  });
}
