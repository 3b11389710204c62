/** Whoever comes with a link: somebody who may see one report and nothing else, whatever cookies come along. */
import type { FastifyRequest } from 'fastify';
import { type Actor, linkActor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import { isLive, type RunLink } from '../../domain/run/link.ts';
import type { Site } from '../site.ts';
import { readLinkToken } from './link-token.ts';

/** The one answer for links that are forged, have expired or were revoked, and for reports that are gone. */
export class LinkError extends AppError {
  constructor() {
    super('not-found', 'This link is not valid, or not any more. Ask whoever gave it to you for a new one.');
  }
}

const found = new WeakMap<FastifyRequest, RunLink>();

/** Of the matched route, not the address: it can be read in only one way. */
export function isLinkRoute({ urls }: Site, request: FastifyRequest): boolean {
  const route = request.routeOptions.url ?? '';
  return route === `${urls.basePath}/l/:token` || route.startsWith(`${urls.basePath}/l/:token/`);
}

/** Undefined on other routes. Throws `LinkError` for a link that is not valid. */
export async function byLink(site: Site, request: FastifyRequest): Promise<Actor | undefined> {
  if (!isLinkRoute(site, request)) return undefined;
  const link = await findLink(site, (request.params as { readonly token?: string }).token ?? '');
  if (link === undefined) throw new LinkError();
  found.set(request, link);
  return linkActor(link.run);
}

/** The link with which a request to a link's route came. Throws `LinkError`. */
export function linkOf(request: FastifyRequest): RunLink {
  const link = found.get(request);
  if (link === undefined) throw new LinkError();
  return link;
}

/** Undefined unless it is valid now. */
export async function findLink({ ctx, options }: Site, token: string): Promise<RunLink | undefined> {
  if (options.links === undefined) return undefined;
  const id = readLinkToken(token, options.operatorTokens);
  const link = id === undefined ? undefined : await ctx.links?.find(id);
  return link !== undefined && isLive(link, ctx.now()) ? link : undefined;
}
