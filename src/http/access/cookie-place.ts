/** Where the cookies of this server are valid, and the prefixes of their names by which browsers enforce that. */
import type { FastifyRequest } from 'fastify';
import type { Site } from '../site.ts';

/**
 * Over HTTPS with the prefix `__Host-`, which browsers accept only from the host itself and for all its paths; below a
 * base path with `__Secure-`, which they accept only over HTTPS. `web/island/time.ts` names its cookie in the same way.
 */
export function cookieName({ options }: Site, { protocol }: FastifyRequest, name: string): string {
  if (protocol !== 'https') return name;
  return `${options.basePath === '' ? '__Host-' : '__Secure-'}${name}`;
}

export function cookiePlace({ options }: Site, { protocol }: FastifyRequest) {
  return { path: `${options.basePath}/`, secure: protocol === 'https' };
}
