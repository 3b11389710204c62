/**
 * What a browser keeps of a sign-in: signed cookies of four kinds. When a session is signed out, every copy of its
 * cookie is invalid.
 */
import { hash, randomBytes } from 'node:crypto';
import { sign, unsign } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../../domain/session.ts';
import type { HttpOptions, Site } from '../site.ts';
import { DAY_MS, HOUR_MS } from '../../domain/milliseconds.ts';

/**
 * `device`: someone has signed in with the password from this browser before. `visitor`: the browser itself, which
 * finds its own presets. Both grant no access.
 */
export type SessionKind = 'operator' | 'viewer' | 'device' | 'visitor';

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
  visitor: { prefix: 'script_runner_visitor', lifeMs: 365 * DAY_MS, sameSite: 'lax', key: () => '' },
};

/** The session whose cookie came with the request, signed with any key; undefined if none is valid now. */
export function findSession(site: Site, request: FastifyRequest, kind: SessionKind): Session | undefined {
  for (const key of keysOf(site, kind)) {
    const session = findSigned(site, request, kind, key);
    if (session !== undefined) return session;
  }
  return undefined;
}

function findSigned(site: Site, request: FastifyRequest, kind: SessionKind, key: string): Session | undefined {
  const { value } = unsign(request.cookies[cookieName(kind, key)] ?? '', key);
  const [, begun = '', id = ''] = /^(\d{1,15})\.([\w-]{22})$/.exec(value ?? '') ?? [];
  if (id === '') return undefined;
  const session = { id, begunMs: Number(begun), untilMs: Number(begun) + KINDS[kind].lifeMs };
  const nowMs = site.ctx.now();
  // started in the future: the clock was wrong then, or is now
  const isAlive = session.untilMs > nowMs && session.begunMs <= nowMs + DRIFT_MS;
  return isAlive && !site.endedSessions.has(session) ? session : undefined;
}

/** Returns its id: `id`, or a new one. */
export function startSession(
  site: Site,
  reply: FastifyReply,
  kind: SessionKind,
  id = randomBytes(16).toString('base64url'),
): string {
  const { lifeMs, sameSite } = KINDS[kind];
  const value = `${site.ctx.now()}.${id}`;
  const [key] = keysOf(site, kind);
  reply.setCookie(cookieName(kind, key), sign(value, key), {
    path: `${site.options.basePath}/`,
    httpOnly: true,
    sameSite,
    secure: reply.request.protocol === 'https',
    maxAge: lifeMs / 1000,
  });
  return id;
}

/** The browser stays known. */
export function endSessions(site: Site, request: FastifyRequest, reply: FastifyReply): void {
  for (const kind of ['operator', 'viewer'] as const) {
    for (const key of keysOf(site, kind)) {
      const session = findSigned(site, request, kind, key);
      if (session !== undefined) site.endedSessions.end(session, site.ctx.now());
      reply.clearCookie(cookieName(kind, key), { path: `${site.options.basePath}/` });
    }
  }
}

/** The newest first. */
function keysOf({ options }: Site, kind: SessionKind): readonly [string, ...string[]] {
  const keyOf = (token: string) => `${kind} ${token} ${KINDS[kind].key(options)}`;
  const [newest, ...older] = options.operatorTokens;
  return [keyOf(newest), ...older.map(keyOf)];
}

/** Cookies ignore ports: servers on one machine must not overwrite each other's. */
function cookieName(kind: SessionKind, key: string): string {
  const own = hash('sha256', key).slice(0, 8);
  return `${KINDS[kind].prefix}_${own}`;
}
