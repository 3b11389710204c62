/** `/packages/<script>`: the button that installs the packages of a script again. */
import { Type } from '@fastify/type-provider-typebox';
import { retryPackages } from '../app/script/script-environment.ts';
import { viewerOf } from './access/viewer.ts';
import { scriptName } from './script.ts';
import type { App, Site } from './site.ts';

const Path = Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) });

export function addPackages(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.post('/packages/*', { schema: { params: Path, hide: true } }, async (request, reply) => {
    const { actor } = viewerOf(site, request);
    const { script } = await retryPackages(ctx, actor, scriptName(request.params['*']));
    return reply.redirect(urls.script(script.name), 303);
  });
}
