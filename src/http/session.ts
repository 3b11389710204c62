/** The session of a person who knew the password: a signed cookie, without state on the server. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Site } from './site.ts';

const LIFE_MS = 7 * 86_400_000;
/** By which clocks are put right without anyone noticing. */
const DRIFT_MS = 3_600_000;

/** The key changes with the password: a new one signs everybody out. */
function sign({ options }: Site, text: string): string {
  return createHmac('sha256', `${options.operatorToken} ${options.gate?.passwordHash ?? ''}`)
    .update(`session ${text}`)
    .digest('base64url');
}

export function hasSession(site: Site, request: FastifyRequest): boolean {
  const [untilMs = '', signature = ''] = (request.cookies[cookieName(site)] ?? '').split('.');
  if (
    site.options.gate?.passwordHash === undefined ||
    !/^\d{1,15}$/.test(untilMs) ||
    !isAlive(Number(untilMs) - site.ctx.now())
  )
    return false;
  const [given, wanted] = [Buffer.from(signature), Buffer.from(sign(site, untilMs))];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** More than a whole life left: the clock was wrong when it began, or is now. */
function isAlive(leftMs: number): boolean {
  return leftMs > 0 && leftMs <= LIFE_MS + DRIFT_MS;
}

export function startSession(site: Site, request: FastifyRequest, reply: FastifyReply): void {
  const untilMs = String(site.ctx.now() + LIFE_MS);
  reply.setCookie(cookieName(site), `${untilMs}.${sign(site, untilMs)}`, {
    path: `${site.options.basePath}/`,
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    maxAge: LIFE_MS / 1000,
  });
}

export function endSession(site: Site, reply: FastifyReply): void {
  reply.clearCookie(cookieName(site), { path: `${site.options.basePath}/` });
}

/** Cookies know no ports: servers on one machine must not overwrite each other's. */
function cookieName(site: Site): string {
  return `script_runner_session_${sign(site, 'name').slice(0, 8).replace(/[^\w]/g, '')}`;
}
