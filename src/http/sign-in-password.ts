/** `POST /sign-in/NAME`: signing in with a name and a password, which a provider checks. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { networkOf } from '../domain/access/authentication.ts';
import { accountKey, type Trier } from '../domain/access/password-tries.ts';
import { AppError, wholeMessage } from '../domain/error.ts';
import { message } from '../page/message/message.ts';
import { enterByProvider, noteRefusal } from './access/entry.ts';
import { ownPath } from './access/own-path.ts';
import { findBrowser, markBrowser } from './access/signed-cookie.ts';
import { enterOrAskCode } from './sign-in-code.ts';
import { sendSignIn } from './sign-in.ts';
import type { App, Site } from './site.ts';

const Path = Type.Object({ provider: Type.String({ maxLength: 30 }) });
const Body = Type.Object({
  name: Type.String({ maxLength: 200 }),
  password: Type.String({ maxLength: 1_000 }),
  next: Type.Optional(Type.String({ maxLength: 4_000 })),
});

export function addPasswordSignIn(app: App, site: Site): void {
  app.post('/sign-in/:provider', { schema: { params: Path, body: Body, hide: true } }, async (request, reply) => {
    const provider = site.providers.find(({ name }) => name === request.params.provider);
    if (provider?.type !== 'password') throw new AppError('not-found', message.error.noPage);
    const { name, password, next = '' } = request.body;
    const refuse = (code: number, problem: string) =>
      sendSignIn(site, request, reply.code(code), { next, problem, by: provider.name, name });
    const account = accountKey(provider.name, name);
    const triers = triersOf(site, request, account);
    for (const trier of triers) {
      const waitS = await site.passwordTries.take(trier, site.ctx.now());
      if (waitS === undefined) continue;
      void reply.header('retry-after', String(waitS));
      return refuse(429, message.signIn.tooMany(Math.ceil(waitS / 60)));
    }
    const signIn = await provider.check(name, password).catch((error: unknown) => {
      if (!(error instanceof AppError) || (error.code !== 'unavailable' && error.code !== 'forbidden')) throw error;
      site.ctx.log.warn({ provider: provider.name, why: wholeMessage(error) }, 'Nobody can sign in');
      return error;
    });
    if (signIn instanceof AppError) return refuse(signIn.code === 'forbidden' ? 403 : 503, signIn.message);
    if (signIn === undefined) {
      site.ctx.log.warn({ provider: provider.name, address: request.ip }, 'wrong name or password');
      await noteRefusal(site, request, { way: provider.name, name });
      return refuse(403, message.signIn.wrongPair);
    }
    for (const trier of triers) await site.passwordTries.forgive(trier);
    const { own } = provider;
    if (own !== undefined)
      return enterOrAskCode(site, request, reply, { provider: { ...provider, own }, signIn, next });
    await enterByProvider(site, request, reply, { provider: provider.name, signIn });
    if (findBrowser(site, request, `device ${account}`) === undefined) markBrowser(site, reply, `device ${account}`);
    return reply.redirect(ownPath(site.urls, next) ?? site.urls.home(), 303);
  });
}

/**
 * Strangers are counted by their address and by the account that they try. Browsers that have signed in with it before
 * are counted by themselves, so nobody who tries the account from elsewhere locks them out.
 */
function triersOf(site: Site, request: FastifyRequest, account: string): readonly Trier[] {
  const device = findBrowser(site, request, `device ${account}`);
  if (device !== undefined) return [['device', device.id]];
  return [
    ['stranger', networkOf(request.ip)],
    ['account', account],
  ];
}
