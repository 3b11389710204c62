/** `/`: the catalogue. */
import { Type } from '@fastify/type-provider-typebox';
import { readCatalogue } from '../app/catalogue.ts';
import { listRuns } from '../app/run/run-read.ts';
import { runBlockedReason } from '../app/run/run-refusal.ts';
import { awaitShortReading } from '../app/script/script-reading.ts';
import type { Actor } from '../domain/access/access.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import type { Run } from '../domain/run/run.ts';
import { catalogueView } from '../page/catalogue.ts';
import { message } from '../page/message/message.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';

const Query = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 200 })),
  folder: Type.Optional(Type.String({ maxLength: 500 })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
});

/** How many of the newest runs are searched for different scripts. */
const RECENT_LOOK = 20;

export function addCatalogue(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/', { schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const { q: query = '', folder = '', page = 1 } = request.query;
    await awaitShortReading(ctx.scripts);
    const [found, runs] = await Promise.all([
      readCatalogue(ctx, viewer.actor, { query, folder, page }),
      recentRuns(site, viewer.actor),
    ]);
    const view = catalogueView(found, { runs, schemas: await schemasOf(ctx, runs) }, { viewer, urls });
    const scope = { view, problem: await runBlockedReason(ctx) };
    return sendPage(site, request, reply, { template: 'catalogue', tab: message.catalogue.title, here: 'home', scope });
  });
}

/** None while the scripts are read: which of them are drafts is not known yet. */
async function recentRuns({ ctx }: Site, actor: Actor): Promise<readonly Run[]> {
  if (ctx.scripts.reading?.() !== undefined) return [];
  return (await listRuns(ctx, actor, { by: actor.id, limit: RECENT_LOOK })).items;
}

async function schemasOf(
  { scripts }: Site['ctx'],
  runs: readonly Run[],
): Promise<ReadonlyMap<string, ParametersSchema>> {
  const names = [...new Set(runs.map(({ script }) => script))];
  const found = await Promise.all(names.map(async (name) => [name, (await scripts.find(name))?.schema] as const));
  return new Map(found.flatMap(([name, schema]) => (schema === undefined ? [] : [[name, schema] as const])));
}
