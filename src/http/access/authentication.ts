/**
 * Authentication: only clients that have signed in, or come through a trusted proxy, see more than the sign-in page.
 */
import { compile } from '@fastify/proxy-addr';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../domain/error.ts';
import { hasSignInPage, needsSignIn, namingProviders } from '../../domain/access/authentication.ts';
import type { AuthenticationSettings } from '../../domain/access/authentication.ts';
import type { Person } from '../../domain/access/right.ts';
import { isForeignName } from '../../domain/access/provider.ts';
import { message } from '../../page/message/message.ts';
import { identify, isSame, isUnidentified } from './actor.ts';
import { isEmbedRoute } from '../embed/embed-actor.ts';
import { isLinkRoute } from '../link/link-actor.ts';
import { isForSignedIn, mayBeGuest } from './guest.ts';
import type { PeerCheck } from './peer.ts';
import type { App, Site } from '../site.ts';
import { wantsPage } from './page-wanted.ts';
import { signInUrlOf } from './sign-in-url.ts';

/** Nobody is authenticated. Answered with 401. */
export class AuthenticationError extends AppError {
  constructor(text: string) {
    super('forbidden', text);
  }
}

/** Where people come back from a provider, and where it ends sessions. */
const SIGN_IN_ROUTES = ['', '/code', '/callback', '/back-channel', '/front-channel'].map(
  (end) => `/sign-in/:provider${end}`,
);
/** Served before authentication: the sign-in, its styles and scripts, health checks, and webhooks, which are signed. */
const OPEN = [
  '/sign-in',
  '/invitation',
  ...SIGN_IN_ROUTES,
  '/assets/*',
  '/brand/style.css',
  '/brand/logo',
  '/embed.js',
  '/healthz',
  '/readyz',
  '/theme',
  '/who',
  '/hooks/source',
];
const MOST_NAME_CHARS = 200;
/** Of all groups of a user. */
const MOST_GROUP_CHARS = 16_000;
/** The header in which a proxy sends the setting `proxy_secret`. */
const PROXY_SECRET_HEADER = 'x-script-runner-proxy';

/**
 * Whether the client must authenticate: everyone if the server requires it, else clients that may be notebooks of this
 * server.
 */
export function mustIdentify(site: Site, request: FastifyRequest): boolean {
  const { authentication } = site.options;
  return (authentication !== undefined && needsSignIn(authentication)) || isUnknownPeer(site, request);
}

function isUnknownPeer({ options: { authentication }, peers }: Site, request: FastifyRequest): boolean {
  return peers.of(request.raw.socket) === 'unknown' && !hasProxySecret(authentication, request);
}

export function addAuthentication(app: App, site: Site): void {
  const open = new Set(OPEN.flatMap((route) => [route, site.urls.basePath + route]));
  app.addHook('onRequest', async (request, reply) => {
    // the matched route, not the address: it can be read in only one way
    if (open.has(request.routeOptions.url ?? '') || isLinkRoute(site, request)) return;
    if (isEmbedRoute(site, request)) {
      if (isUnknownPeer(site, request)) throw new AuthenticationError(message.signIn.unknownPeer);
      return;
    }
    if (!mustIdentify(site, request)) return;
    if (identify(request) !== undefined || (!isUnknownPeer(site, request) && mayBeGuest(site, request))) return;
    if (canBeSent(site, request)) return sendToSignIn(site, request, reply);
    void reply.header('www-authenticate', 'Bearer');
    throw new AuthenticationError(reasonOf(site, request));
  });
}

/**
 * What is said to a guest instead of an error that somebody who has signed in might not get; undefined: the error
 * itself.
 */
export function refusalOfGuest(site: Site, request: FastifyRequest, error: Error): AuthenticationError | undefined {
  const mayDiffer = isForSignedIn(error) && isUnidentified(request);
  const isGuest = mayDiffer && mustIdentify(site, request) && mayBeGuest(site, request);
  return isGuest ? new AuthenticationError(reasonOf(site, request)) : undefined;
}

/** Whether it is a page that is asked for, and there is one on which people sign in. */
export function canBeSent(site: Site, request: FastifyRequest): boolean {
  return request.method === 'GET' && wantsPage(site, request) && signInUrlOf(site, request) !== '';
}

export function sendToSignIn(site: Site, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.redirect(signInUrlOf(site, request), 303);
}

function reasonOf(site: Site, request: FastifyRequest): string {
  const { authentication } = site.options;
  if (isUnknownPeer(site, request)) return message.signIn.unknownPeer;
  return authentication !== undefined && hasSignInPage(authentication)
    ? message.signIn.needed
    : message.signIn.noIdentity;
}

/** True for a proxy that has sent the secret of the settings. */
function hasProxySecret(authentication: AuthenticationSettings | undefined, request: FastifyRequest): boolean {
  const given = request.headers[PROXY_SECRET_HEADER];
  return (
    authentication?.proxySecret !== undefined && typeof given === 'string' && isSame(given, authentication.proxySecret)
  );
}

/** Names with commas between them; none of a list that is too long, whose last names could be cut. */
function groupsIn(header: string | string[] | undefined, others: readonly string[]): string[] {
  const text = [header ?? []].flat().join(',');
  if (text.length > MOST_GROUP_CHARS) return [];
  return text
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '' && !isForeignName(others, group));
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
  const others = namingProviders(authentication ?? { operators: [] });
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
    if (!isProxy || user === '' || user.length > MOST_NAME_CHARS || isForeignName(others, user)) return undefined;
    const named = groups === undefined ? [] : groupsIn(request.headers[groups], others);
    return { name: user, groups: named, isSignedIn: true };
  };
}
