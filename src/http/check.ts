/** `/check/<script>`: what can be said of a script before it runs, for operators. */
import { Type } from '@fastify/type-provider-typebox';
import { readCheck } from '../app/script/script-check.ts';
import { CHECK_WORDS, checkView } from '../page/check.ts';
import { viewerOf } from './access/viewer.ts';
import { sendPage } from './page.ts';
import { scriptName } from './script.ts';
import type { App, Site } from './site.ts';

const Path = Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) });

export function addCheck(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/check/*', { schema: { params: Path, hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const view = checkView(await readCheck(ctx, viewer.actor, scriptName(request.params['*'])), urls);
    return sendPage(site, request, reply, {
      template: 'check',
      tab: `${CHECK_WORDS.title}: ${view.title}`,
      scope: { view, words: CHECK_WORDS },
    });
  });
}
