/** A page of the app: the named template in the layout, with what every page needs. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VIEWER } from '../domain/access/access.ts';
import { LANGUAGE, message } from '../page/message/message.ts';
import type { Viewer } from '../page/viewer.ts';
import { personMenu } from '../page/person-menu.ts';
import { findOwnAccount } from './access/own-account.ts';
import { sessionOf } from './access/session.ts';
import { signInUrlOf } from './access/sign-in-url.ts';
import type { Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';
import { whoIs } from './who.ts';

export interface Page {
  readonly template: string;
  /** Title of the browser's tab, without the product's name. */
  readonly tab: string;
  readonly here?: 'home' | 'history' | 'admin';
  /** For someone who is not signed in: no links lead further. */
  readonly isOut?: boolean;
  /** Without the app's head and foot. */
  readonly isAlone?: boolean;
  /** What other programs may show of a link to it: nothing that depends on the values of a run. */
  readonly shared?: {
    readonly title: string;
    readonly description: string;
    /** The whole address of a picture of it; absent: that of the project. */
    readonly picture?: string;
  };
  readonly scope: object;
}

export async function sendPage(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  page: Page,
): Promise<FastifyReply> {
  const viewer = viewerOrAnyone(site, request);
  const has = { hasSession: sessionOf(request) !== undefined, hasAccount: findOwnAccount(site, request) !== undefined };
  // a page that says that somebody is signed out is for nobody
  const who = page.isOut === true ? '' : whoIs(request);
  const menu = personMenu(viewer.actor, has, site.urls);
  const signInUrl = viewer.actor.isGuest === true ? signInUrlOf(site, request) : '';
  const scope = { ...pageScope(site, viewer, page), menu, who, signInUrl, logoUrl: logoUrl(site, request) };
  const html = site.templates.render(page.template, scope);
  return reply.type('text/html; charset=utf-8').send(html);
}

/** Other programs need the whole address. */
function logoUrl({ brand, urls }: Site, { protocol, host }: FastifyRequest): string {
  return brand.logo === undefined ? '' : `${protocol}://${host}${urls.brand('logo')}`;
}

/** The texts of pages, with the project's name. */
export function textsOf({ brand }: Pick<Site, 'brand'>): typeof message {
  return { ...message, brand: brand.name as typeof message.brand };
}

export function pageScope(site: Site, viewer: Viewer, page: Page): object {
  const { urls, brand, brandStyleUrl } = site;
  const { tab, here, isOut, isAlone, shared, scope } = page;
  return {
    t: textsOf(site),
    language: LANGUAGE,
    viewer,
    here: here ?? '',
    isOut: isOut ?? false,
    isAlone: isAlone ?? false,
    tab: `${tab} · ${brand.name}`,
    shared,
    footer: brand.footer ?? '',
    links: {
      home: urls.home(),
      history: urls.history(),
      admin: urls.admin(),
      theme: urls.theme(),
      who: urls.who(),
      static: urls.static(),
      brandStyle: brandStyleUrl,
      logo: brand.logo === undefined ? '' : urls.brand('logo'),
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
