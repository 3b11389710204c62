/**
 * Who asks: the operator shows the token as a cookie (after the sign-in link) or as a bearer token; all others are
 * viewers.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OPERATOR, VIEWER } from '../domain/access.ts';
import type { Actor } from '../domain/access.ts';
import { AppError } from '../domain/error.ts';
import { hasSession } from './session.ts';
import type { Site } from './site.ts';

const COOKIE_DAYS = 30;

/** A bearer token that is nobody's; answered with 401. */
export class UnknownTokenError extends AppError {}

/** Throws `UnknownTokenError` for a bearer token that is not the operator's. */
export function actorOf(site: Site, request: FastifyRequest): Actor {
  return identify(site, request) ?? VIEWER;
}

/** Who has shown who they are; undefined for anyone else. Throws as `actorOf`. */
export function identify(site: Site, request: FastifyRequest): Actor | undefined {
  const { options } = site;
  const bearer = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    if (same(bearer, options.operatorToken)) return OPERATOR;
    throw new UnknownTokenError(
      'forbidden',
      'This token is not valid. It is in the operator-token file of the data folder.',
    );
  }
  const cookie = request.cookies[cookieName(options.operatorToken)];
  if (cookie !== undefined && same(cookie, cookieValue(options.operatorToken))) return OPERATOR;
  const user = site.identity(request);
  if (user !== undefined)
    return { id: user, role: options.gate?.operators.includes(user) === true ? 'operator' : 'viewer' };
  return hasSession(site, request) ? VIEWER : undefined;
}

export function isToken({ options }: Site, token: string): boolean {
  return same(token, options.operatorToken);
}

export function setOperatorCookie({ options }: Site, request: FastifyRequest, reply: FastifyReply): void {
  reply.setCookie(cookieName(options.operatorToken), cookieValue(options.operatorToken), {
    path: `${options.basePath}/`,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    maxAge: COOKIE_DAYS * 86_400,
  });
}

export function clearOperatorCookie({ options }: Site, reply: FastifyReply): void {
  reply.clearCookie(cookieName(options.operatorToken), { path: `${options.basePath}/` });
}

/** Cookies know no ports: servers on one machine must not overwrite each other's. */
function cookieName(token: string): string {
  return `script_runner_${createHash('sha256').update(token).digest('hex').slice(0, 8)}`;
}

/** The browser never keeps the token itself. */
function cookieValue(token: string): string {
  return createHmac('sha256', token).update('operator cookie').digest('base64url');
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return b !== '' && timingSafeEqual(digest(a), digest(b));
}
