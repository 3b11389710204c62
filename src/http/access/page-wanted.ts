/** Who is answered with a page, and who with JSON. */
import type { FastifyRequest } from 'fastify';
import type { Site } from '../site.ts';

/** The API always answers with JSON; elsewhere clients that accept HTML get a page. */
export function wantsPage({ urls }: Site, request: FastifyRequest): boolean {
  if (request.url.startsWith(`${urls.basePath}/api/`)) return false;
  return /\btext\/html\b/.test(request.headers.accept ?? '');
}
