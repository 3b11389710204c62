/** `/`: the catalogue. */
import { Type } from '@fastify/type-provider-typebox';
import { setTimeout as wait } from 'node:timers/promises';
import { type CatalogueQuery, readCatalogue } from '../app/catalogue.ts';
import { listRuns } from '../app/run/run-read.ts';
import { runBlockedReason } from '../app/run/run-refusal.ts';
import { awaitShortReading } from '../app/script/script-reading.ts';
import { type Actor, OPERATOR } from '../domain/access/access.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import type { Run } from '../domain/run/run.ts';
import { catalogueView } from '../page/catalogue.ts';
import { LANGUAGE, message } from '../page/message/message.ts';
import type { Viewer } from '../page/viewer.ts';
import { type Page, pageScope, sendPage } from './page.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';

const Query = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 200 })),
  folder: Type.Optional(Type.String({ maxLength: 500 })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
});

/** Fewer are shown in no time. */
const MANY_SCRIPTS = 1_000;
/** When the start itself is over. */
const WARM_AFTER_MS = 1_000;
/** Until the engine has compiled what a page needs. */
const WARM_PAGES = 12;
const WARM_PAUSE_MS = 20;
/** How many of the newest runs are searched for different scripts. */
const RECENT_LOOK = 20;

export function addCatalogue(app: App, site: Site): void {
  const { ctx } = site;
  app.get('/', { schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const { q: query = '', folder = '', page = 1 } = request.query;
    await awaitShortReading(ctx.scripts);
    return sendPage(site, request, reply, await cataloguePage(site, viewerOf(site, request), { query, folder, page }));
  });
  app.addHook('onListen', () => {
    void warmCatalogue(site).catch((error: unknown) => {
      if (!site.closing.aborted) ctx.log.warn({ error }, 'The catalogue could not be prepared');
    });
  });
}

async function cataloguePage(site: Site, viewer: Viewer, query: CatalogueQuery): Promise<Page> {
  const { ctx, urls } = site;
  const [found, runs] = await Promise.all([readCatalogue(ctx, viewer.actor, query), recentRuns(site, viewer.actor)]);
  const view = catalogueView(found, { runs, schemas: await schemasOf(ctx, runs) }, { viewer, urls });
  const scope = { view, problem: await runBlockedReason(ctx) };
  return { template: 'catalogue', tab: message.catalogue.title, here: 'home', scope };
}

/**
 * Makes the catalogue of thousands of scripts some times for nobody, so that those who come first do not wait twice as
 * long as others. Rejects when the server closes meanwhile.
 */
async function warmCatalogue(site: Site): Promise<void> {
  const { ctx, closing } = site;
  await ctx.scripts.reading?.()?.ended;
  await wait(WARM_AFTER_MS, undefined, { ref: false, signal: closing });
  if ((await ctx.scripts.list()).length < MANY_SCRIPTS) return;
  const viewer: Viewer = { actor: OPERATOR, locale: LANGUAGE, timezone: ctx.timezone, theme: 'auto', nowMs: ctx.now() };
  for (let page = 1; page <= WARM_PAGES; page++) {
    const made = await cataloguePage(site, viewer, { query: '', folder: '', page });
    site.templates.render(made.template, pageScope(site, viewer, made));
    // requests that came meanwhile are answered
    await wait(WARM_PAUSE_MS, undefined, { ref: false, signal: closing });
  }
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
