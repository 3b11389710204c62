/** `/hooks/source`: a webhook that says that the repository of the scripts has changed; the server only looks then. */
import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../domain/error.ts';
import { isSame } from './access/actor.ts';
import type { App, Site } from './site.ts';

/** Limit of what is said about a push; its content is not used. */
const BODY_BYTES = 5_000_000;
/** GitHub, Bitbucket and Forgejo; Gitea. */
const SIGNATURES = ['x-hub-signature-256', 'x-hub-signature', 'x-gitea-signature', 'x-forgejo-signature'];
/** GitLab sends the secret itself. */
const TOKEN = 'x-gitlab-token';

export async function addHook(app: App, { ctx, options }: Site): Promise<void> {
  const { sourceSecret } = options;
  if (sourceSecret === undefined || ctx.origin === undefined) return;
  const { origin } = ctx;
  await app.register(async (scoped) => {
    scoped.removeAllContentTypeParsers();
    scoped.addContentTypeParser<Buffer>(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_BYTES },
      async (_request: unknown, body: Buffer) => body,
    );
    scoped.post('/hooks/source', { schema: { hide: true }, bodyLimit: BODY_BYTES }, async (request, reply) => {
      if (!isSigned(request, sourceSecret))
        throw new AppError('forbidden', 'The webhook is not signed with the secret of the setting source_secret.');
      origin.refresh();
      return reply.code(202).send({ status: 'accepted' });
    });
  });
}

function isSigned({ headers, body }: FastifyRequest, secret: string): boolean {
  const token = headers[TOKEN];
  if (typeof token === 'string') return isSame(token, secret);
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const expected = createHmac('sha256', secret).update(bytes).digest('hex');
  return SIGNATURES.some((name) => {
    const value = headers[name];
    return typeof value === 'string' && isSame(value.replace(/^sha256=/, '').toLowerCase(), expected);
  });
}
