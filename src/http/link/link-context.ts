/** What the use cases about links are given. */
import type { FastifyRequest } from 'fastify';
import type { LinkContext } from '../../app/run/run-link.ts';
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import type { Site } from '../site.ts';
import { newLinkId, writeLinkToken } from './link-token.ts';

/** Throws `not-found` where the server keeps no links. */
export function linkContext({ ctx, options }: Site): LinkContext {
  const { links, runs, now, audit } = ctx;
  if (links === undefined) throw new AppError('not-found', 'This server has no links.');
  return { runs, links, now, mostMs: options.links?.mostMs, newLinkId, ...defined({ audit }) };
}

/** The whole address of a link, for people who are elsewhere. */
export function linkAddress({ urls, options }: Site, { protocol, host }: FastifyRequest, id: string): string {
  return `${protocol}://${host}${urls.link(writeLinkToken(id, options.operatorTokens))}`;
}
