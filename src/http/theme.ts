/** `/theme`: stores the viewer's colours in a cookie, so that the next page uses them at once. */
import { Type } from '@fastify/type-provider-typebox';
import { cookieName, cookiePlace } from './access/cookie-place.ts';
import { pageBefore } from './access/own-path.ts';
import type { App, Site } from './site.ts';
import { THEME_COOKIE } from './access/viewer.ts';

const Choice = Type.Object({ theme: Type.Union([Type.Literal('light'), Type.Literal('dark'), Type.Literal('auto')]) });
const YEAR_S = 31_536_000;

export function addTheme(app: App, site: Site): void {
  const { urls } = site;
  app.post('/theme', { schema: { body: Choice, hide: true } }, async (request, reply) => {
    const name = cookieName(site, request, THEME_COOKIE);
    const place = { ...cookiePlace(site, request), httpOnly: true, sameSite: 'lax' } as const;
    if (request.body.theme === 'auto') void reply.clearCookie(name, place);
    else void reply.setCookie(name, request.body.theme, { ...place, maxAge: YEAR_S });
    return reply.redirect(pageBefore(urls, request) ?? urls.home(), 303);
  });
}
