/** Which refused requests are recorded in the audit. */
import type { FastifyRequest } from 'fastify';
import { recordRefusal } from '../app/audit/audit-refusal.ts';
import { VIEWER } from '../domain/access/access.ts';
import { AppError, HiddenError } from '../domain/error.ts';
import { actorOf } from './access/actor.ts';
import { AuthenticationError } from './access/authentication.ts';
import { TooManyTokensError, UnknownTokenError } from './access/bearer.ts';
import { ForeignRequestError, hostName, MisdirectedError } from './access/request-check.ts';
import type { Site } from './site.ts';

const HEADER_CHARS = 200;

/** Sign-ins and tokens that fail are recorded where they do, values and quotas where they are checked. */
export async function noteRefusal(site: Site, request: FastifyRequest, error: Error): Promise<void> {
  if (site.ctx.audit === undefined) return;
  // without what the address names: it may be secret
  const route = request.routeOptions.url?.slice(site.urls.basePath.length) ?? '';
  // nobody has looked yet who it is
  const somebody = { ...VIEWER, origin: { address: request.ip } };
  if (error instanceof MisdirectedError)
    return recordRefusal(site.ctx, somebody, { what: 'host', details: { host: cut(hostName(request.host)) } });
  if (error instanceof ForeignRequestError) {
    const { origin = '' } = request.headers;
    return recordRefusal(site.ctx, somebody, { what: error.from, details: { route, origin: cut(origin) } });
  }
  const ofRoute = { place: route, details: { route, method: request.method } };
  if (error instanceof HiddenError) {
    // not awaited: the time of the answer must not tell what is hidden from what is not there
    void recordRefusal(site.ctx, actorOf(site, request), { what: 'hidden', ...ofRoute });
    return;
  }
  const isSignIn =
    error instanceof AuthenticationError || error instanceof UnknownTokenError || error instanceof TooManyTokensError;
  if (!(error instanceof AppError) || error.code !== 'forbidden' || isSignIn) return;
  await recordRefusal(site.ctx, actorOf(site, request), { what: 'right', ...ofRoute });
}

function cut(text: string): string {
  return text.slice(0, HEADER_CHARS);
}
