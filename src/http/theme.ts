/** `/theme`: stores the viewer's colours in a cookie, so that the next page uses them at once. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Urls } from '../page/urls.ts';
import { ownPath } from './access/own-path.ts';
import type { App, Site } from './site.ts';
import { THEME_COOKIE } from './access/viewer.ts';

const Choice = Type.Object({ theme: Type.Union([Type.Literal('light'), Type.Literal('dark'), Type.Literal('auto')]) });
const YEAR_S = 31_536_000;

export function addTheme(app: App, { urls, options }: Site): void {
  app.post('/theme', { schema: { body: Choice, hide: true } }, async (request, reply) => {
    const path = `${options.basePath}/`;
    if (request.body.theme === 'auto') void reply.clearCookie(THEME_COOKIE, { path });
    else void reply.setCookie(THEME_COOKIE, request.body.theme, { path, sameSite: 'lax', maxAge: YEAR_S });
    return reply.redirect(backFrom(urls, request) ?? urls.home(), 303);
  });
}

/** The page that contained the form, if it was a page of this server. */
function backFrom(urls: Urls, { headers, host }: FastifyRequest): string | undefined {
  const url = headers.referer === undefined ? null : URL.parse(headers.referer);
  return url?.host === host ? ownPath(urls, `${url.pathname}${url.search}`) : undefined;
}
