/** `/brand/`: the colours, font and logo of the project; also for those who have not signed in. */
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { brandStyle, type Brand } from '../domain/report/brand.ts';
import type { Urls } from '../page/urls.ts';
import type { App, Site } from './site.ts';

/** A picture, and nothing that acts. */
const LOGO_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** Empty if pages keep the built-in look. The address changes with the look. */
export function brandStyleUrl(brand: Brand, urls: Urls): string {
  const css = brandStyle(brand);
  return css === '' ? '' : urls.brand('style.css', { v: createHash('sha256').update(css).digest('hex').slice(0, 12) });
}

export function addBrand(app: App, { brand }: Site): void {
  const css = brandStyle(brand);
  const kept = (reply: FastifyReply, type: string) => reply.header('cache-control', 'public, max-age=3600').type(type);
  app.get('/brand/style.css', { schema: { hide: true } }, async (_request, reply) =>
    kept(reply, 'text/css; charset=utf-8').send(css),
  );
  app.get('/brand/logo', { schema: { hide: true } }, async (_request, reply) => {
    if (brand.logo === undefined) return reply.callNotFound();
    return kept(reply, brand.logo.mime)
      .header('content-security-policy', LOGO_POLICY)
      .send(Buffer.from(brand.logo.base64, 'base64'));
  });
}
