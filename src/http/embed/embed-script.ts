/** `/embed.js`: the script with which pages of other sites show the report of a link. Its address never changes. */
import type { App, Site } from '../site.ts';

export function addEmbedScript(app: App, { assets }: Site): void {
  app.get('/embed.js', { schema: { hide: true } }, async (_request, reply) => {
    const bytes = assets.bytes(assets.url('embed.js'));
    if (bytes === undefined) return reply.callNotFound();
    return reply
      .type('text/javascript; charset=utf-8')
      .headers({ 'cache-control': 'public, max-age=3600', 'cross-origin-resource-policy': 'cross-origin' })
      .send(Buffer.from(bytes));
  });
}
