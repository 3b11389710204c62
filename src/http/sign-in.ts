/** `/sign-in`: the ways of signing in, the operator's link and the shared password; and signing out. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasSignInPage, networkOf } from '../domain/access/authentication.ts';
import type { Trier } from '../domain/access/password-tries.ts';
import { message } from '../page/message/message.ts';
import { identify, isToken } from './access/actor.ts';
import { mustIdentify } from './access/authentication.ts';
import { enterAsOperator, enterNameless, leave, noteRefusal } from './access/entry.ts';
import { ownPath } from './access/own-path.ts';
import { isPassword } from './access/password.ts';
import { sessionOf } from './access/session.ts';
import { findBrowser, markBrowser } from './access/signed-cookie.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';

const PASSWORD_CHARS = 1000;
const Next = Type.Optional(Type.String({ maxLength: 4000 }));
/** Somebody who is signed in proves again who they are. */
export const Again = Type.Optional(Type.Literal('yes'));
const Query = Type.Object({ token: Type.Optional(Type.String({ maxLength: 500 })), next: Next, again: Again });

export function addSignIn(app: App, site: Site): void {
  const { authentication } = site.options;
  const { urls } = site;
  app.get('/sign-in', { schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const { token, next = '', again } = request.query;
    if (token === undefined) {
      const isAgain = again !== undefined;
      const isThere = isAgain || (authentication !== undefined && hasSignInPage(authentication));
      return sendSignIn(site, request, reply.code(isThere ? 200 : 403), { next, isAgain, problem: '' });
    }
    if (!isToken(site, token)) {
      await noteRefusal(site, request, { way: 'operator' });
      return sendSignIn(site, request, reply.code(403), { next, problem: message.signIn.wrong });
    }
    await enterAsOperator(site, request, reply);
    return reply.redirect(urls.admin(), 303);
  });
  if (authentication?.passwordHash !== undefined) addPassword(app, site, authentication.passwordHash);
  app.post('/sign-out', { schema: { hide: true } }, async (request, reply) => {
    // first, as the provider may take its time
    await leave(site, request, reply);
    const there = await logoutThere(site, request);
    if (there === undefined) return reply.redirect(urls.home(), 303);
    // a redirect after a form may not lead to another site
    return sendPage(site, request, reply, {
      template: 'signed-out',
      tab: message.signIn.out,
      isOut: true,
      scope: { view: { url: there.url, label: message.signIn.outThere(there.title) } },
    });
  });
}

function addPassword(app: App, site: Site, passwordHash: string): void {
  const body = Type.Object({ password: Type.String({ maxLength: PASSWORD_CHARS }), next: Next });
  app.post('/sign-in', { schema: { body, hide: true } }, async (request, reply) => {
    const { password, next = '' } = request.body;
    const device = findBrowser(site, request, 'device');
    // somebody who tries from many addresses cannot lock out browsers that have signed in before
    const by: Trier = device === undefined ? ['stranger', networkOf(request.ip)] : ['device', device.id];
    const waitS = await site.passwordTries.take(by, site.ctx.now());
    if (waitS !== undefined) {
      void reply.header('retry-after', String(waitS));
      const problem = message.signIn.tooMany(Math.ceil(waitS / 60));
      return sendSignIn(site, request, reply.code(429), { next, problem });
    }
    if (!(await isPassword(password, passwordHash))) {
      site.ctx.log.warn({ address: request.ip }, 'wrong password');
      await noteRefusal(site, request, { way: 'password' });
      return sendSignIn(site, request, reply.code(403), { next, problem: message.signIn.wrongPassword });
    }
    await site.passwordTries.forgive(by);
    await enterNameless(site, request, reply);
    if (device === undefined) markBrowser(site, reply, 'device');
    return reply.redirect(ownPath(site.urls, next) ?? site.urls.home(), 303);
  });
}

/** With a button for each provider, and a field for the password if there is one. */
export function sendSignIn(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  view: {
    readonly next: string;
    readonly problem: string;
    readonly by?: string;
    readonly name?: string;
    readonly isAgain?: boolean;
  },
): Promise<FastifyReply> {
  const { options, urls, providers } = site;
  const query = {
    ...(view.next === '' ? {} : { next: view.next }),
    ...(view.isAgain === true ? { again: 'yes' } : {}),
  };
  const ways = providers.map(({ type, name, title }) => ({
    isForm: type === 'password',
    name,
    title,
    label: message.signIn.by(title),
    url: urls.signInBy(name, type === 'password' ? {} : query),
  }));
  return sendPage(site, request, reply, {
    template: 'sign-in',
    tab: message.signIn.title,
    isOut: mustIdentify(site, request) && identify(request) === undefined,
    scope: {
      view: {
        by: '',
        name: '',
        isAgain: false,
        ...view,
        hasPassword: options.authentication?.passwordHash !== undefined,
        providers: ways,
        url: urls.signInForm(),
      },
    },
  });
}

/** Where the person of the session signs out from the provider; undefined if nowhere, or it does not answer. */
async function logoutThere(
  site: Site,
  request: FastifyRequest,
): Promise<{ readonly url: string; readonly title: string } | undefined> {
  const session = sessionOf(request);
  const provider = site.providers.find(({ name }) => name === session?.provider);
  if (session === undefined || provider?.type !== 'redirect') return undefined;
  const back = `${request.protocol}://${request.host}${site.urls.signInForm()}`;
  const url = await provider.logoutUrl(session.state, back).catch(() => undefined);
  return url === undefined ? undefined : { url, title: provider.title };
}
