/** A page of the app: the named template in the layout, with what every page needs. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VIEWER } from '../domain/access/access.ts';
import { LANGUAGE, message } from '../page/message.ts';
import type { Viewer } from '../page/viewer.ts';
import type { Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';

export interface Page {
  readonly template: string;
  /** Title of the browser's tab, without the product's name. */
  readonly tab: string;
  readonly here?: 'home' | 'history' | 'admin';
  /** For someone who is not signed in: no links lead further. */
  readonly isOut?: boolean;
  /** Without the app's head and foot. */
  readonly isAlone?: boolean;
  readonly scope: object;
}

export async function sendPage(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  page: Page,
): Promise<FastifyReply> {
  const html = site.templates.render(page.template, pageScope(site, viewerOrAnyone(site, request), page));
  return reply.type('text/html; charset=utf-8').send(html);
}

export function pageScope({ urls }: Site, viewer: Viewer, { tab, here, isOut, isAlone, scope }: Page): object {
  return {
    t: message,
    language: LANGUAGE,
    viewer,
    here: here ?? '',
    isOut: isOut ?? false,
    isAlone: isAlone ?? false,
    tab: `${tab} · ${message.brand}`,
    links: {
      home: urls.home(),
      history: urls.history(),
      admin: urls.admin(),
      theme: urls.theme(),
      signOut: urls.signOut(),
      static: urls.static(),
    },
    ...scope,
  };
}

/** An error page must not fail because of the same token that the error is about. */
function viewerOrAnyone(site: Site, request: FastifyRequest): Viewer {
  try {
    return viewerOf(site, request);
  } catch {
    return { actor: VIEWER, locale: 'en', timezone: site.ctx.timezone, theme: 'auto', nowMs: site.ctx.now() };
  }
}
