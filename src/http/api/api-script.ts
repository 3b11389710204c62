/** `/api/v1/scripts`: the published scripts. */
import { Type } from '@fastify/type-provider-typebox';
import { listScripts } from '../../app/script-list.ts';
import { readScript } from '../../app/script-read.ts';
import { scriptJson } from './api-json.ts';
import { ProblemSchema, ScriptListSchema, ScriptSchema } from './api-schema.ts';
import { scriptName } from '../script.ts';
import type { App, Site } from '../site.ts';
import { viewerOf } from '../access/viewer.ts';

export function addApiScript(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get(
    '/scripts',
    {
      schema: {
        summary: 'List the scripts',
        tags: ['scripts'],
        response: { 200: ScriptListSchema, default: ProblemSchema },
      },
    },
    async (request) => {
      const listings = await listScripts(ctx, viewerOf(site, request).actor);
      return { items: listings.map(({ script }) => scriptJson(script, urls)), next: null };
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
        response: { 200: ScriptSchema, default: ProblemSchema },
      },
    },
    async (request) => {
      const { script } = await readScript(ctx, viewerOf(site, request).actor, scriptName(request.params['*']));
      return scriptJson(script, urls);
    },
  );
}
