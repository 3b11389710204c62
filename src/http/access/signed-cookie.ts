/** Signed cookies by which a browser is known again. They grant no access. */
import { hash, randomBytes } from 'node:crypto';
import { sign, unsign } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DAY_MS, HOUR_MS } from '../../domain/milliseconds.ts';
import type { Site } from '../site.ts';
import { cookieName, cookiePlace } from './cookie-place.ts';

/**
 * `device`: someone has signed in from this browser before, with the shared password or with an account, by its
 * `accountKey`. `visitor`: the browser itself, which finds its own presets.
 */
export type BrowserKind = 'device' | `device ${string}` | 'visitor';

export interface KnownBrowser {
  /** Random. */
  readonly id: string;
  readonly begunMs: number;
}

const LIFE_MS = 365 * DAY_MS;
/** Corrections of a clock that are small enough to go unnoticed. */
const DRIFT_MS = HOUR_MS;

/** The browser whose cookie came with the request, signed with any key; undefined if none is valid now. */
export function findBrowser(site: Site, request: FastifyRequest, kind: BrowserKind): KnownBrowser | undefined {
  for (const key of keysOf(site, kind)) {
    const name = baseName(kind, key);
    // the second: of versions whose names had no prefix
    const cookie = request.cookies[cookieName(site, request, name)] ?? request.cookies[name] ?? '';
    const { value } = unsign(cookie, key);
    const [, begun = '', id = ''] = /^(\d{1,15})\.([\w-]{22})$/.exec(value ?? '') ?? [];
    const [begunMs, nowMs] = [Number(begun), site.ctx.now()];
    // begun in the future: the clock was wrong then, or is now
    if (id !== '' && begunMs + LIFE_MS > nowMs && begunMs <= nowMs + DRIFT_MS) return { id, begunMs };
  }
  return undefined;
}

/** Returns its id: `id`, or a new one. */
export function markBrowser(
  site: Site,
  reply: FastifyReply,
  kind: BrowserKind,
  id = randomBytes(16).toString('base64url'),
): string {
  const [key] = keysOf(site, kind);
  const { request } = reply;
  reply.setCookie(cookieName(site, request, baseName(kind, key)), sign(`${site.ctx.now()}.${id}`, key), {
    ...cookiePlace(site, request),
    httpOnly: true,
    sameSite: 'lax',
    maxAge: LIFE_MS / 1000,
  });
  return id;
}

/** The newest first. */
function keysOf({ options }: Site, kind: BrowserKind): readonly [string, ...string[]] {
  const keyOf = (token: string) => `${kind} ${token} `;
  const [newest, ...older] = options.operatorTokens;
  return [keyOf(newest), ...older.map(keyOf)];
}

/** Cookies ignore ports: servers on one machine must not overwrite each other's. */
function baseName(kind: BrowserKind, key: string): string {
  return `script_runner_${kind.split(' ')[0]}_${hash('sha256', key).slice(0, 8)}`;
}
