/** `/tokens`: one's own tokens for programs. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { canBeAsked } from '../domain/access/provider.ts';
import { listTokens, makeToken, revokeToken } from '../app/token.ts';
import type { Token } from '../domain/access/token.ts';
import { AppError, type FieldProblem } from '../domain/error.ts';
import { TOKEN_WORDS } from '../page/message/message-token.ts';
import { NEW_TOKEN, tokensView, type TokenForm } from '../page/token.ts';
import { viewerOf } from './access/viewer.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';

const Word = Type.String({ maxLength: 20_000 });
const Make = Type.Object({ name: Word, scope: Word, places: Word, days: Word });
const Revoke = Type.Object({ id: Type.String({ maxLength: 100 }) });

interface Made {
  readonly form?: TokenForm;
  readonly problems?: readonly FieldProblem[];
  /** What was made just now: shown once. */
  readonly made?: { readonly token: Token; readonly secret: string };
}

export function addTokenPage(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/tokens', { schema: { hide: true } }, (request, reply) => sendTokens(site, request, reply, {}));
  app.post('/tokens', { schema: { body: Make, hide: true } }, async (request, reply) => {
    const { name, scope, places, days } = request.body;
    const asked = { name, scope, places: places.split(/[\n,]/), days: Number(days.trim() || 'none') };
    try {
      return await sendTokens(site, request, reply, {
        made: await makeToken(ctx, viewerOf(site, request).actor, asked),
      });
    } catch (error) {
      if (!(error instanceof AppError) || (error.code !== 'invalid' && error.code !== 'conflict')) throw error;
      const problems = error.fields.length > 0 ? error.fields : [{ field: 'name', message: error.message }];
      return sendTokens(site, request, reply.code(422), { form: request.body, problems });
    }
  });
  app.post('/tokens/revoke', { schema: { body: Revoke, hide: true } }, async (request, reply) => {
    await revokeToken(ctx, viewerOf(site, request).actor, request.body.id);
    return reply.redirect(urls.tokens(), 303);
  });
}

async function sendTokens(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { form = NEW_TOKEN, problems = [], made }: Made,
): Promise<FastifyReply> {
  const viewer = viewerOf(site, request);
  const tokens = await listTokens(site.ctx, viewer.actor);
  const provider = site.providers.find(({ name }) => name === viewer.actor.origin?.way);
  const idleMs = canBeAsked(provider) ? undefined : site.tokenIdleMs;
  return sendPage(site, request, reply, {
    template: 'tokens',
    tab: TOKEN_WORDS.title,
    scope: { view: tokensView({ tokens, form, problems, made, idleMs }, viewer, site.urls), words: TOKEN_WORDS },
  });
}
