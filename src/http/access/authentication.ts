/**
 * Authentication: only clients that have signed in, or come through a trusted proxy, see more than the sign-in page.
 */
import { compile } from '@fastify/proxy-addr';
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../domain/error.ts';
import { needsSignIn, networkOf } from '../../domain/access/authentication.ts';
import type { AuthenticationSettings } from '../../domain/access/authentication.ts';
import type { Person } from '../../domain/access/right.ts';
import type { Trier } from '../../domain/access/password-tries.ts';
import { message } from '../../page/message.ts';
import { identify, isSame } from './actor.ts';
import { sendPage } from '../page.ts';
import { isPassword } from './password.ts';
import { ownPath } from './own-path.ts';
import type { PeerCheck } from './peer.ts';
import { startSession } from './session.ts';
import { findBrowser, markBrowser } from './signed-cookie.ts';
import type { App, Site } from '../site.ts';
import { wantsPage } from './page-wanted.ts';

/** Nobody is authenticated. Answered with 401. */
export class AuthenticationError extends AppError {
  constructor(text: string) {
    super('forbidden', text);
  }
}

/** Served before authentication: the sign-in, its styles and scripts, health checks, and webhooks, which are signed. */
const OPEN = [
  '/sign-in',
  '/assets/*',
  '/brand/style.css',
  '/brand/logo',
  '/healthz',
  '/readyz',
  '/theme',
  '/hooks/source',
];
const PASSWORD_CHARS = 1000;
const MOST_NAME_CHARS = 200;
/** Of all groups of a user. */
const MOST_GROUP_CHARS = 16_000;
/** The header in which a proxy sends the setting `proxy_secret`. */
const PROXY_SECRET_HEADER = 'x-script-runner-proxy';

/**
 * Whether the client must authenticate: everyone if the server requires it, else clients that may be notebooks of this
 * server.
 */
function mustIdentify({ options: { authentication }, peers }: Site, request: FastifyRequest): boolean {
  if (authentication !== undefined && needsSignIn(authentication)) return true;
  return peers.of(request.raw.socket) === 'unknown' && !hasProxySecret(authentication, request);
}

export function addAuthentication(app: App, site: Site): void {
  const { authentication } = site.options;
  const open = new Set(OPEN.flatMap((route) => [route, site.urls.basePath + route]));
  app.addHook('onRequest', async (request, reply) => {
    // the matched route, not the address: it can be read in only one way
    if (open.has(request.routeOptions.url ?? '') || !mustIdentify(site, request)) return;
    if (identify(request) !== undefined) return;
    const isAsked = request.method === 'GET' && wantsPage(site, request);
    if (isAsked && authentication?.passwordHash !== undefined)
      return reply.redirect(site.urls.signInFor(request.url), 303);
    void reply.header('www-authenticate', 'Bearer');
    throw new AuthenticationError(reasonOf(site, request));
  });
}

function reasonOf({ options: { authentication }, peers }: Site, request: FastifyRequest): string {
  if (peers.of(request.raw.socket) === 'unknown' && !hasProxySecret(authentication, request))
    return message.signIn.unknownPeer;
  return authentication?.passwordHash === undefined ? message.signIn.noIdentity : message.signIn.needed;
}

export function addPasswordSignIn(app: App, site: Site, authentication: AuthenticationSettings): void {
  const body = Type.Object({
    password: Type.String({ maxLength: PASSWORD_CHARS }),
    next: Type.Optional(Type.String({ maxLength: 4000 })),
  });
  app.post('/sign-in', { schema: { body, hide: true } }, async (request, reply) => {
    const { password, next = '' } = request.body;
    const device = findBrowser(site, request, 'device');
    // somebody who tries from many addresses cannot lock out browsers that have signed in before
    const by: Trier = device === undefined ? ['stranger', networkOf(request.ip)] : ['device', device.id];
    const waitS = await site.passwordTries.take(by, site.ctx.now());
    if (waitS !== undefined) {
      void reply.header('retry-after', String(waitS));
      return sendSignIn(site, request, reply.code(429), {
        next,
        problem: message.signIn.tooMany(Math.ceil(waitS / 60)),
      });
    }
    if (!(await isPassword(password, authentication.passwordHash ?? ''))) {
      site.ctx.log.warn({ address: request.ip }, 'wrong password');
      return sendSignIn(site, request, reply.code(403), { next, problem: message.signIn.wrongPassword });
    }
    await site.passwordTries.forgive(by);
    await startSession(site, request, reply, { kind: 'person', provider: 'password' });
    if (device === undefined) markBrowser(site, reply, 'device');
    return reply.redirect(ownPath(site.urls, next) ?? site.urls.home(), 303);
  });
}

/** With a field for the password if there is one; otherwise it says how the operator signs in. */
export function sendSignIn(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  view: { readonly next: string; readonly problem: string },
): Promise<FastifyReply> {
  const { authentication } = site.options;
  const isOut = mustIdentify(site, request) && identify(request) === undefined;
  const hasPassword = authentication?.passwordHash !== undefined;
  return sendPage(site, request, reply, {
    template: 'sign-in',
    tab: message.signIn.title,
    isOut,
    scope: { view: { ...view, hasPassword, url: site.urls.signInForm() } },
  });
}

/** True for a proxy that has sent the secret of the settings. */
function hasProxySecret(authentication: AuthenticationSettings | undefined, request: FastifyRequest): boolean {
  const given = request.headers[PROXY_SECRET_HEADER];
  return (
    authentication?.proxySecret !== undefined && typeof given === 'string' && isSame(given, authentication.proxySecret)
  );
}

/** Names with commas between them; none of a list that is too long, whose last names could be cut. */
function groupsIn(header: string | string[] | undefined): string[] {
  const text = [header ?? []].flat().join(',');
  if (text.length > MOST_GROUP_CHARS) return [];
  return text
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');
}

/**
 * The user whom a trusted proxy names, and his groups; undefined if the request did not come from one, or it names
 * nobody. A proxy is recognised by its address and its secret; if none is set, by its address and by certainly not
 * being a notebook.
 */
export function createIdentity(
  authentication: AuthenticationSettings | undefined,
  trustedProxies: readonly string[],
  peers: PeerCheck,
): (request: FastifyRequest) => (Person & { readonly name: string }) | undefined {
  const name = authentication?.identityHeader?.toLowerCase();
  const groups = authentication?.groupsHeader?.toLowerCase();
  if (name === undefined || trustedProxies.length === 0) return () => undefined;
  const isTrusted = compile([...trustedProxies]);
  return (request) => {
    const value = request.headers[name];
    if (typeof value !== 'string' || !isTrusted(request.raw.socket.remoteAddress ?? '', 0)) return undefined;
    const isProxy =
      authentication?.proxySecret === undefined
        ? peers.of(request.raw.socket) === 'other'
        : hasProxySecret(authentication, request);
    const user = value.trim();
    // a truncated name could be somebody else's
    if (!isProxy || user === '' || user.length > MOST_NAME_CHARS) return undefined;
    return { name: user, groups: groups === undefined ? [] : groupsIn(request.headers[groups]), isSignedIn: true };
  };
}
