/** Which requests are accepted at all: for the right host, no writes from other sites, none from our own kernels. */
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../domain/error.ts';
import type { PeerCheck } from './peer.ts';
import { hasSessionCookie } from './session.ts';
import type { App } from '../site.ts';

/** A request for a host name that is not this server's (DNS rebinding). Answered with 421. */
export class MisdirectedError extends AppError {
  constructor(host: string) {
    super(
      'forbidden',
      `This server does not serve ${host === '' ? 'a request without Host' : `“${host}”`}. Add the name to the setting hosts if it should.`,
    );
  }
}

/** A request from another site, or from a notebook. */
export class ForeignRequestError extends AppError {
  readonly from: 'origin' | 'notebook';

  constructor(from: ForeignRequestError['from'], sentence: string) {
    super('forbidden', sentence);
    this.from = from;
  }
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export function addGuard(app: App, allowedHosts: readonly string[], peers: PeerCheck): void {
  const names = new Set(allowedHosts.map((name) => name.toLowerCase()));
  app.addHook('onRequest', async (request) => {
    const host = hostName(request.host);
    if (!isLoopbackName(host) && !names.has(host)) throw new MisdirectedError(host);
    if (!SAFE.has(request.method)) refuseForeign(request);
    if ((await peers.look(request.raw.socket)) === 'kernel') {
      throw new ForeignRequestError('notebook', 'Notebooks may not call the server that runs them.');
    }
  });
}

/** Without the port and the final dot, in small letters. */
export function hostName(host: string): string {
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(host)?.[1] ?? '';
  return name.toLowerCase().replace(/\.$/, '');
}

export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * An absent Origin without a session is a command-line client; a foreign or `null` one is another site, or a report in
 * its sandbox.
 */
function refuseForeign(request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin === undefined && request.headers['sec-fetch-site'] === undefined && hasSessionCookie(request))
    throw new ForeignRequestError(
      'origin',
      'This request has the cookie of a session, but does not say from which site it comes (Origin). Programs send a token.',
    );
  const site = request.headers['sec-fetch-site'];
  const own = `${request.protocol}://${request.host}`.toLowerCase();
  const isForeign = origin !== undefined && origin.toLowerCase() !== own;
  if (isForeign || site === 'cross-site' || site === 'same-site') {
    throw new ForeignRequestError('origin', 'This request came from another site and was refused.');
  }
}
