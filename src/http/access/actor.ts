/**
 * Who makes a request, found once for each: by a token, by the cookie of a sign-in, or by a trusted proxy.
 * Whoever shows none of these has not signed in.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { recordOnce } from '../../app/audit/audit-once.ts';
import { OPERATOR, userId, VIEWER } from '../../domain/access/access.ts';
import type { Actor } from '../../domain/access/access.ts';
import { isOperator } from '../../domain/access/authentication.ts';
import { createRights, NAMELESS, NOBODY, OPEN_RIGHTS, type Person } from '../../domain/access/right.ts';
import { tokenActor } from '../../domain/access/token.ts';
import { bearerOf, findBearer, refuseBearer } from './bearer.ts';
import { byEmbed } from '../embed/embed-actor.ts';
import { byLink } from '../link/link-actor.ts';
import { guestOf } from './guest.ts';
import { findSession } from './session.ts';
import type { App, Site } from '../site.ts';

/** One way of showing who one is; undefined: the request shows nothing of this kind. */
type Identify = (site: Site, request: FastifyRequest) => Promise<Actor | undefined>;

/** By their names in the audit. The first that finds somebody counts. */
const WAYS: readonly (readonly [name: string, Identify])[] = [
  // whoever comes with a link is only that
  ['link', byLink],
  // as nobody, whatever cookies come along
  ['page of another site', byEmbed],
  ['token', byToken],
  ['operator’s token', byOperatorToken],
  ['operator’s link', byOperatorSession],
  ['proxy', byProxy],
  ['password', byPersonSession],
];

type Found = { readonly actor: Actor | undefined } | { readonly error: unknown };
const found = new WeakMap<FastifyRequest, Found>();

/** Before everything that asks who makes the request. */
export function addActor(app: App, site: Site): void {
  app.addHook('onRequest', async (request) => {
    found.set(
      request,
      await find(site, request).then(
        (actor) => ({ actor }),
        (error: unknown) => ({ error }),
      ),
    );
  });
}

/**
 * Who makes the request now, for one that lasts: the same person with the groups and rights of now. Undefined: nobody
 * does any more, or somebody else.
 */
export async function actorNow(site: Site, request: FastifyRequest): Promise<Actor | undefined> {
  const before = identify(request);
  const now = await find(site, request);
  if (now?.id !== before?.id || now?.role !== before?.role) return undefined;
  return now ?? unknownActor(site, request);
}

async function find(site: Site, request: FastifyRequest): Promise<Actor | undefined> {
  for (const [way, identifyBy] of WAYS) {
    const actor = await identifyBy(site, request);
    if (actor === undefined) continue;
    const known = { ...actor, origin: { way, address: request.ip, ...actor.origin } };
    site.notePerson(known);
    return known;
  }
  return undefined;
}

/** Throws `UnknownTokenError` for a bearer token that is not valid. */
export function actorOf(site: Site, request: FastifyRequest): Actor {
  return identify(request) ?? unknownActor(site, request);
}

function unknownActor(site: Site, request: FastifyRequest): Actor {
  return { ...(guestOf(site) ?? actorFor(site, NOBODY)), origin: { address: request.ip } };
}

/** The authenticated actor; undefined for anyone else. Throws as `actorOf`. */
export function identify(request: FastifyRequest): Actor | undefined {
  const one = found.get(request);
  if (one === undefined) throw new Error('Nobody has looked yet who makes this request.');
  if ('error' in one) throw one.error;
  return one.actor;
}

/** Whether nothing in the request says who makes it; false before anybody has looked. */
export function isUnidentified(request: FastifyRequest): boolean {
  const one = found.get(request);
  return one !== undefined && 'actor' in one && one.actor === undefined;
}

async function byToken(site: Site, request: FastifyRequest): Promise<Actor | undefined> {
  const found = await findBearer(site, request);
  if (found === undefined) return undefined;
  const { token } = found;
  const now = await site.personNow(found);
  if ('refusal' in now) throw await refuseBearer(site, request, now.refusal);
  const actor = tokenActor({ ...actorFor(site, now.person), id: token.personId }, token);
  const known = { ...actor, origin: { way: 'token', address: request.ip } };
  const details = { token: token.id, name: token.name };
  await recordOnce(site.ctx, known, { action: 'token-used', details }, { about: token.id });
  return actor;
}

async function byOperatorToken(site: Site, request: FastifyRequest): Promise<Actor | undefined> {
  const bearer = bearerOf(request);
  if (bearer === undefined) return undefined;
  if (isToken(site, bearer)) return OPERATOR;
  throw await refuseBearer(site, request, 'This token is not valid. The operator gets it by: script-runner key token');
}

async function byOperatorSession(site: Site, request: FastifyRequest): Promise<Actor | undefined> {
  return (await findSession(site, request, 'operator')) === undefined ? undefined : OPERATOR;
}

async function byProxy(site: Site, request: FastifyRequest): Promise<Actor | undefined> {
  const person = site.identity(request);
  return person === undefined ? undefined : actorFor(site, person);
}

/** With the shared password, which names nobody, or by a provider. */
async function byPersonSession(site: Site, request: FastifyRequest): Promise<Actor | undefined> {
  const session = await findSession(site, request, 'person');
  if (session === undefined) return undefined;
  if (session.person === undefined) return actorFor(site, NAMELESS);
  return { ...actorFor(site, session.person), origin: { way: session.provider, address: request.ip } };
}

/** With the rights of the person, as they are at each moment. */
export function actorFor({ options }: Site, person: Person): Actor {
  const { authentication, accessRules } = options;
  return {
    id: person.name === undefined ? VIEWER.id : userId(person.name),
    role: authentication !== undefined && isOperator(authentication, person) ? 'operator' : 'viewer',
    rights: accessRules === undefined ? OPEN_RIGHTS : createRights(accessRules, person),
    person,
  };
}

export function isToken({ options }: Site, token: string): boolean {
  return options.operatorTokens.some((known) => isSame(token, known));
}

export function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return b !== '' && timingSafeEqual(digest(a), digest(b));
}
