/** Whoever finds a browser that is signed in must not end its owner’s other sessions. */
import type { FastifyRequest } from 'fastify';
import { isRecent } from '../../domain/access/session.ts';
import type { Site } from '../site.ts';
import { sessionOf } from './session.ts';

/**
 * Whether the person must sign in again first. Never without a session of this server: where a proxy says who it is,
 * there is nothing here to sign in to. Nor without a name: there are no others then.
 */
export function mustSignInAgain({ providers, ctx }: Site, request: FastifyRequest): boolean {
  const session = sessionOf(request);
  if (session?.personId === undefined) return false;
  const provider = providers.find(({ name }) => name === session.provider);
  // whoever is signed in there comes back without having entered anything
  const provenAtMs = provider?.type === 'redirect' ? provider.provenAtMs(session.state) : session.begunAtMs;
  return !isRecent(provenAtMs, ctx.now());
}
