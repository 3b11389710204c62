/** Whoever uses a form in a page of another site: nobody in particular, whatever cookies or headers come along. */
import type { FastifyRequest } from 'fastify';
import { type Actor, embedActor } from '../../domain/access/access.ts';
import { needsSignIn } from '../../domain/access/authentication.ts';
import { embedRights } from '../../domain/access/right.ts';
import type { AccessRules } from '../../domain/access/rule.ts';
import type { Site } from '../site.ts';

export const EMBED_THEMES = ['auto', 'light', 'dark'] as const;

const NO_RULES: AccessRules = new Map();

/** Of the matched route, not the address: it can be read in only one way. */
export function isEmbedRoute({ urls }: Site, request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith(`${urls.basePath}/embed/:theme/`) === true;
}

/** Undefined on other routes. */
export async function byEmbed(site: Site, request: FastifyRequest): Promise<Actor | undefined> {
  if (!isEmbedRoute(site, request)) return undefined;
  const { authentication, accessRules = () => NO_RULES } = site.options;
  const isOpen = authentication === undefined || !needsSignIn(authentication);
  return embedActor(embedRights(accessRules, isOpen));
}

/** Undefined on other routes. */
export function embedThemeOf(site: Site, request: FastifyRequest): string | undefined {
  return isEmbedRoute(site, request) ? (request.params as { readonly theme?: string }).theme : undefined;
}
