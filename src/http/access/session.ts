/**
 * What a browser keeps of a sign-in: signed cookies of three kinds. When a session is signed out, every copy of its
 * cookie is invalid.
 */
import { hash, randomBytes } from 'node:crypto';
import { sign, unsign } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../../domain/session.ts';
import type { HttpOptions, Site } from '../site.ts';
import { DAY_MS, HOUR_MS } from '../../domain/milliseconds.ts';

/** `device`: someone has signed in with the password from this browser before. It grants no access. */
export type SessionKind = 'operator' | 'viewer' | 'device';

interface Kind {
  readonly prefix: string;
  readonly lifeMs: number;
  readonly sameSite: 'strict' | 'lax';
  /** What the signature depends on, besides the operator's token: a change invalidates all cookies of the kind. */
  readonly key: (options: HttpOptions) => string;
}

/** Corrections of a clock that are small enough to go unnoticed. */
const DRIFT_MS = HOUR_MS;
const KINDS: Readonly<Record<SessionKind, Kind>> = {
  operator: { prefix: 'script_runner', lifeMs: 30 * DAY_MS, sameSite: 'strict', key: () => '' },
  viewer: {
    prefix: 'script_runner_session',
    lifeMs: 7 * DAY_MS,
    sameSite: 'lax',
    key: ({ authentication }) => authentication?.passwordHash ?? '',
  },
  device: { prefix: 'script_runner_device', lifeMs: 365 * DAY_MS, sameSite: 'lax', key: () => '' },
};

/** The session whose cookie came with the request; undefined if there is none that is valid now. */
export function findSession(site: Site, request: FastifyRequest, kind: SessionKind): Session | undefined {
  const cookie = request.cookies[cookieName(site, kind)] ?? '';
  const { value } = unsign(cookie, keyOf(site, kind));
  const [, begun = '', id = ''] = /^(\d{1,15})\.([\w-]{22})$/.exec(value ?? '') ?? [];
  if (id === '') return undefined;
  const session = { id, begunMs: Number(begun), untilMs: Number(begun) + KINDS[kind].lifeMs };
  const nowMs = site.ctx.now();
  // started in the future: the clock was wrong then, or is now
  const isAlive = session.untilMs > nowMs && session.begunMs <= nowMs + DRIFT_MS;
  return isAlive && !site.endedSessions.has(session) ? session : undefined;
}

export function startSession(site: Site, request: FastifyRequest, reply: FastifyReply, kind: SessionKind): void {
  const { lifeMs, sameSite } = KINDS[kind];
  const value = `${site.ctx.now()}.${randomBytes(16).toString('base64url')}`;
  reply.setCookie(cookieName(site, kind), sign(value, keyOf(site, kind)), {
    path: `${site.options.basePath}/`,
    httpOnly: true,
    sameSite,
    secure: request.protocol === 'https',
    maxAge: lifeMs / 1000,
  });
}

/** The browser stays known. */
export function endSessions(site: Site, request: FastifyRequest, reply: FastifyReply): void {
  for (const kind of ['operator', 'viewer'] as const) {
    const session = findSession(site, request, kind);
    if (session !== undefined) site.endedSessions.end(session, site.ctx.now());
    reply.clearCookie(cookieName(site, kind), { path: `${site.options.basePath}/` });
  }
}

function keyOf({ options }: Site, kind: SessionKind): string {
  return `${kind} ${options.operatorToken} ${KINDS[kind].key(options)}`;
}

/** Cookies ignore ports: servers on one machine must not overwrite each other's. */
function cookieName(site: Site, kind: SessionKind): string {
  const own = hash('sha256', keyOf(site, kind)).slice(0, 8);
  return `${KINDS[kind].prefix}_${own}`;
}
