/** `/invitation`: somebody who has an account of this server chooses a password, and is signed in. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptInvitation, readInvitation } from '../app/account.ts';
import { AppError } from '../domain/error.ts';
import { message } from '../page/message/message.ts';
import { accountProvider } from './access/own-account.ts';
import { sendPage } from './page.ts';
import { enterOrAskCode } from './sign-in-code.ts';
import { sendSignIn } from './sign-in.ts';
import type { App, Site } from './site.ts';

const Code = Type.String({ maxLength: 100 });

export function addInvitation(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/invitation', { schema: { querystring: Type.Object({ code: Code }), hide: true } }, async (request, reply) =>
    sendInvitation(site, request, reply, { code: request.query.code, problem: '' }),
  );
  const body = Type.Object({ code: Code, password: Type.String({ maxLength: 1_000 }) });
  app.post('/invitation', { schema: { body, hide: true } }, async (request, reply) => {
    const { code, password } = request.body;
    const [accounts, provider] = [accountsOf(site), accountProvider(site)!];
    try {
      const { passwords } = provider.own;
      const { name } = await acceptInvitation({ accounts, now: ctx.now }, { code, password }, passwords);
      const signIn = await provider.check(name, password);
      if (signIn === undefined) return await reply.redirect(urls.home(), 303);
      return await enterOrAskCode(site, request, reply, { provider, signIn, next: '' });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid') return refuse(site, request, reply, error);
      return sendInvitation(site, request, reply.code(422), { code, problem: error.message });
    }
  });
}

async function sendInvitation(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { code, problem }: { readonly code: string; readonly problem: string },
): Promise<FastifyReply> {
  try {
    const { name } = await readInvitation({ accounts: accountsOf(site), now: site.ctx.now }, code);
    return await sendPage(site, request, reply, {
      template: 'invitation',
      tab: message.signIn.invitation,
      isOut: true,
      scope: { view: { name, code, problem, url: site.urls.invitation() } },
    });
  } catch (error) {
    return refuse(site, request, reply, error);
  }
}

/** An invitation that no longer counts is said on the sign-in page. */
function refuse(site: Site, request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<FastifyReply> {
  if (!(error instanceof AppError) || error.code !== 'forbidden') throw error;
  return sendSignIn(site, request, reply.code(403), { next: '', problem: error.message });
}

function accountsOf(site: Site) {
  const { ctx } = site;
  if (ctx.accounts === undefined || accountProvider(site) === undefined)
    throw new AppError('not-found', message.error.noPage);
  return ctx.accounts;
}
