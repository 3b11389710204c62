/** Bearer tokens of requests: of people, and what is said to those whose token is not valid. */
import type { FastifyRequest } from 'fastify';
import { recordOnce } from '../../app/audit/audit-once.ts';
import { findToken } from '../../app/token.ts';
import { VIEWER } from '../../domain/access/access.ts';
import { networkOf } from '../../domain/access/authentication.ts';
import { TOKEN_PREFIX } from '../../domain/access/token.ts';
import { AppError } from '../../domain/error.ts';
import type { Site } from '../site.ts';

/** A bearer token that is not valid; answered with 401. */
export class UnknownTokenError extends AppError {}

/** Too many of them from one network; answered with 429. */
export class TooManyTokensError extends AppError {}

export function bearerOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S.*)$/i.exec(headers.authorization ?? '')?.[1];
}

/**
 * Undefined where the request has no bearer token, or one that is not of a person. Throws `UnknownTokenError` and
 * `TooManyTokensError`.
 */
export async function findBearer(site: Site, request: FastifyRequest): ReturnType<typeof findToken> {
  const secret = bearerOf(request);
  if (secret?.startsWith(TOKEN_PREFIX) !== true) return undefined;
  const found = await findToken(site.ctx, secret);
  if (found !== undefined) return found;
  throw await refuseBearer(site, request, 'This token is not valid: it was revoked, or has expired. Make a new one.');
}

/** Wrong tokens are limited as wrong passwords are; right ones never wait. */
export async function refuseBearer(site: Site, request: FastifyRequest, sentence: string): Promise<AppError> {
  const waitS = await site.passwordTries.take(['token', networkOf(request.ip)], site.ctx.now());
  if (waitS !== undefined)
    return new TooManyTokensError('unavailable', 'Too many wrong tokens came from this network. Try again later.', {
      retryAfterS: waitS,
    });
  site.ctx.log.warn({ address: request.ip }, 'wrong token');
  const nobody = { ...VIEWER, origin: { way: 'token', address: request.ip } };
  await recordOnce(site.ctx, nobody, { action: 'sign-in-failed', details: { way: 'token' } }, { about: '' });
  return new UnknownTokenError('forbidden', sentence);
}
