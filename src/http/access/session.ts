/**
 * The session of a request. Its cookie holds 32 random bytes, of which only the hash is stored; what the cookie grants
 * is in the row of the database.
 */
import { hash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isAlive, SEEN_MS, type Session, type SessionKind } from '../../domain/access/session.ts';
import { placeOf } from '../../domain/access/provider.ts';
import type { HttpOptions, Site } from '../site.ts';
import { cookieName, cookiePlace } from './cookie-place.ts';
import { renewSession } from './session-renewal.ts';

interface Kind {
  readonly prefix: string;
  /** The operator's is not sent with links from other sites. */
  readonly sameSite: 'strict' | 'lax';
}

const KINDS: Readonly<Record<SessionKind, Kind>> = {
  operator: { prefix: 'script_runner', sameSite: 'strict' },
  person: { prefix: 'script_runner_session', sameSite: 'lax' },
};
const COOKIE = /^(?:__Host-|__Secure-)?script_runner(?:_session)?_[\da-f]{8}$/;
const VALUE_BYTES = 32;
const VALUE = /^[\w-]{43}$/;
const BROWSER_CHARS = 300;

const found = new WeakMap<FastifyRequest, Session>();

/** Those of the operator and of the person may come together. Notes that it is in use. */
export async function findSession(
  site: Site,
  request: FastifyRequest,
  kind: SessionKind,
): Promise<Session | undefined> {
  for (const value of valuesOf(site, request, kind)) {
    const session = await readSession(site, hashOf(value), kind);
    if (session === undefined) continue;
    found.set(request, session);
    return session;
  }
  return undefined;
}

/** The session that says who makes the request; undefined if there is none, or something else says so. */
export function sessionOf(request: FastifyRequest): Session | undefined {
  return found.get(request);
}

/** Whether the request has a cookie that could be that of a session. */
export function hasSessionCookie({ cookies }: FastifyRequest): boolean {
  return Object.keys(cookies).some((name) => COOKIE.test(name));
}

async function readSession(site: Site, key: string, kind: SessionKind): Promise<Session | undefined> {
  const { ctx, sessionLimits } = site;
  const session = await ctx.sessions.find(key);
  const nowMs = ctx.now();
  if (session === undefined || session.kind !== kind || !isAlive(session, nowMs, sessionLimits)) return undefined;
  if (!site.options.operatorTokens.some((token) => basisOf(site.options, session.provider, token) === session.basis))
    return undefined;
  const renewed = await renewSession(site, key, session);
  if (renewed !== undefined && nowMs - session.seenAtMs >= SEEN_MS)
    await ctx.sessions.touch(key, nowMs).catch((error: unknown) => {
      ctx.log.warn({ error }, 'It could not be stored that a session is in use');
    });
  return renewed;
}

export type Beginning = Pick<Session, 'kind' | 'provider'> &
  Partial<Pick<Session, 'personId' | 'person' | 'subject' | 'providerSession' | 'state' | 'refreshAtMs' | 'lookup'>>;

/**
 * Always with a new value; what the browser had before of this kind ends. Returns how many others were ended because
 * there were too many. Throws `unavailable` on a full disk.
 */
export async function startSession(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  beginning: Beginning,
): Promise<number> {
  const { ctx, options, sessionLimits } = site;
  const { kind, provider, personId } = beginning;
  for (const value of valuesOf(site, request, kind)) await ctx.sessions.end(hashOf(value));
  const value = randomBytes(VALUE_BYTES).toString('base64url');
  const [token] = options.operatorTokens;
  const nowMs = ctx.now();
  const ended = await ctx.sessions.add(hashOf(value), {
    id: randomBytes(16).toString('base64url'),
    ...beginning,
    basis: basisOf(options, provider, token),
    begunAtMs: nowMs,
    seenAtMs: nowMs,
    untilMs: nowMs + sessionLimits.lifeMs,
    address: request.ip,
    browser: (request.headers['user-agent'] ?? '').slice(0, BROWSER_CHARS),
  });
  if (ended > 0) ctx.log.warn({ person: personId, ended }, 'Too many sessions: the least recently used were ended');
  reply.setCookie(cookieName(site, request, baseName(kind, token)), value, {
    ...cookiePlace(site, request),
    httpOnly: true,
    sameSite: KINDS[kind].sameSite,
    maxAge: Math.floor(sessionLimits.lifeMs / 1000),
  });
  return ended;
}

/** All of the browser. It stays known. */
export async function endSessions(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  for (const kind of ['operator', 'person'] as const) {
    for (const value of valuesOf(site, request, kind)) await site.ctx.sessions.end(hashOf(value));
    for (const token of site.options.operatorTokens)
      reply.clearCookie(cookieName(site, request, baseName(kind, token)), {
        ...cookiePlace(site, request),
        httpOnly: true,
        sameSite: KINDS[kind].sameSite,
      });
  }
}

function valuesOf(site: Site, request: FastifyRequest, kind: SessionKind): readonly string[] {
  return site.options.operatorTokens
    .map((token) => request.cookies[cookieName(site, request, baseName(kind, token))] ?? '')
    .filter((value) => VALUE.test(value));
}

function hashOf(value: string): string {
  return hash('sha256', value);
}

/**
 * A session ends when the password with which it began changes, when its provider is removed or becomes another one,
 * and when the operator's token changes.
 */
function basisOf({ authentication }: HttpOptions, provider: string, token: string): string {
  const settings = authentication?.providers?.find(({ name }) => name === provider);
  const secret = provider === 'password' ? authentication?.passwordHash : settings && placeOf(settings);
  return hash('sha256', JSON.stringify([provider, token, secret ?? '']));
}

/** Cookies ignore ports: servers on one machine must not overwrite each other's. */
function baseName(kind: SessionKind, token: string): string {
  return `${KINDS[kind].prefix}_${hash('sha256', `${kind} ${token}`).slice(0, 8)}`;
}
