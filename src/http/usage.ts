/** `/usage/<script>`: how a script is used, for operators. */
import { Type } from '@fastify/type-provider-typebox';
import { readUsage } from '../app/script/script-usage.ts';
import { USAGE_WORDS, usageView } from '../page/usage.ts';
import { viewerOf } from './access/viewer.ts';
import { sendPage } from './page.ts';
import { scriptName } from './script.ts';
import type { App, Site } from './site.ts';

const Path = Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) });

export function addUsage(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/usage/*', { schema: { params: Path, hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const usage = await readUsage(ctx, viewer.actor, scriptName(request.params['*']));
    const view = usageView(usage, viewer, urls);
    return sendPage(site, request, reply, {
      template: 'usage',
      tab: `${USAGE_WORDS.title}: ${view.title}`,
      scope: { view, words: USAGE_WORDS },
    });
  });
}
