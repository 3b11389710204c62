/**
 * Who makes a request: the operator shows the token as a cookie (after the sign-in link) or as a bearer token; all
 * others are viewers.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { OPERATOR, userId, VIEWER } from '../../domain/access/access.ts';
import type { Actor } from '../../domain/access/access.ts';
import { isOperator } from '../../domain/access/authentication.ts';
import { createRights, OPEN_RIGHTS, type Person } from '../../domain/access/right.ts';
import { AppError } from '../../domain/error.ts';
import { findSession } from './session.ts';
import type { Site } from '../site.ts';

/** An unknown bearer token; answered with 401. */
export class UnknownTokenError extends AppError {}

/** Throws `UnknownTokenError` for a bearer token that is not the operator's. */
export function actorOf(site: Site, request: FastifyRequest): Actor {
  return identify(site, request) ?? actorFor(site, { groups: [], isSignedIn: false });
}

/** The authenticated actor; undefined for anyone else. Throws as `actorOf`. */
export function identify(site: Site, request: FastifyRequest): Actor | undefined {
  const { options } = site;
  const bearer = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    if (isToken(site, bearer)) return OPERATOR;
    throw new UnknownTokenError(
      'forbidden',
      'This token is not valid. The operator gets it by: script-runner key token',
    );
  }
  if (findSession(site, request, 'operator') !== undefined) return OPERATOR;
  const person = site.identity(request);
  if (person !== undefined) return actorFor(site, person);
  if (options.authentication?.passwordHash === undefined) return undefined;
  return findSession(site, request, 'viewer') === undefined
    ? undefined
    : actorFor(site, { groups: [], isSignedIn: true });
}

function actorFor({ options }: Site, person: Person): Actor {
  const { authentication, accessRules } = options;
  return {
    id: person.name === undefined ? VIEWER.id : userId(person.name),
    role: authentication !== undefined && isOperator(authentication, person) ? 'operator' : 'viewer',
    rights: accessRules === undefined ? OPEN_RIGHTS : createRights(accessRules, person),
  };
}

export function isToken({ options }: Site, token: string): boolean {
  return options.operatorTokens.some((known) => isSame(token, known));
}

export function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return b !== '' && timingSafeEqual(digest(a), digest(b));
}
