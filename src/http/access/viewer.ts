/** The person who makes a request: role, locale, zone and colours. */
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { isTimezone } from '../../domain/time/timezone.ts';
import type { Viewer } from '../../page/viewer.ts';
import { embedThemeOf } from '../embed/embed-actor.ts';
import { actorOf } from './actor.ts';
import { cookieName } from './cookie-place.ts';
import type { Site } from '../site.ts';

const ZONE_COOKIE = 'script_runner_zone';
export const THEME_COOKIE = 'script_runner_theme';

export function viewerOf(site: Site, request: FastifyRequest): Viewer {
  const theme = embedThemeOf(site, request) ?? request.cookies[cookieName(site, request, THEME_COOKIE)];
  const zone = request.cookies[cookieName(site, request, ZONE_COOKIE)];
  return {
    actor: actorOf(site, request),
    locale: localeOf(request.headers['accept-language']),
    timezone: zone !== undefined && isTimezone(zone) ? zone : site.ctx.timezone,
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    nowMs: site.ctx.now(),
  };
}

/** By the header; browsers of one language send the same. */
const locales = new LRUCache<string, string>({ max: 500 });
const HEADER_CHARS = 200;

function localeOf(header = ''): string {
  const known = locales.get(header) ?? findLocale(header);
  if (header.length <= HEADER_CHARS) locales.set(header, known);
  return known;
}

/**
 * The first language of the header that `Intl` knows. Source: RFC 9110 section 12.5.4 (weights are in order in
 * practice).
 */
function findLocale(header: string): string {
  for (const part of header.split(',').slice(0, 8)) {
    const tag = part.split(';')[0]?.trim() ?? '';
    try {
      const [locale] = Intl.DateTimeFormat.supportedLocalesOf(tag);
      if (locale !== undefined) return locale;
    } catch {
      // not a language tag: use the next one
    }
  }
  return 'en';
}
