/** `/api/v1/scripts`: the published scripts. */
import { Type } from '@fastify/type-provider-typebox';
import { readScript } from '../../app/script/script-read.ts';
import { pageScripts } from '../../app/script/script-search.ts';
import { countQuotas } from '../../app/run/run-quota.ts';
import { mayRun } from '../../domain/access/access.ts';
import { scriptJson } from './api-json.ts';
import { quotaJson } from './api-quota.ts';
import { ScriptListSchema, ScriptSchema } from './api-schema.ts';
import { scriptName } from '../script.ts';
import type { App, Site } from '../site.ts';
import { viewerOf } from '../access/viewer.ts';

/** Of a page: earlier versions had only one, for all scripts. */
const MOST_ITEMS = 1_000;

const ListQuery = Type.Object({
  q: Type.Optional(
    Type.String({ maxLength: 200, description: 'Words that title, name, folder, tags and the like contain.' }),
  ),
  folder: Type.Optional(Type.String({ maxLength: 500, description: 'With the folders below it.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ITEMS })),
  cursor: Type.Optional(Type.String({ maxLength: 4_000, description: '`next` of the page before.' })),
});

export function addApiScript(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get(
    '/scripts',
    {
      schema: {
        summary: 'List the scripts',
        description:
          'Sorted by name. A page has 1000 scripts, or fewer with `limit`; `next` is the cursor of the next.',
        tags: ['scripts'],
        querystring: ListQuery,
        response: { 200: ScriptListSchema },
      },
    },
    async (request) => {
      const { q: query = '', folder = '', limit = MOST_ITEMS, cursor } = request.query;
      const { scripts, next } = await pageScripts(ctx, viewerOf(site, request).actor, { query, folder, limit, cursor });
      return { items: scripts.map((script) => scriptJson(script, urls)), next: next ?? null };
    },
  );
  app.get(
    '/scripts/*',
    {
      schema: {
        summary: 'Read a script',
        description: 'The name may contain slashes, plain or as %2F.',
        tags: ['scripts'],
        params: Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) }),
        response: { 200: ScriptSchema },
      },
    },
    async (request) => {
      const { actor } = viewerOf(site, request);
      const { script } = await readScript(ctx, actor, scriptName(request.params['*']));
      const counts = mayRun(actor, script) ? await countQuotas(ctx, actor, script.name, ctx.now()) : [];
      return { ...scriptJson(script, urls), ...(counts.length === 0 ? {} : { quotas: counts.map(quotaJson) }) };
    },
  );
}
