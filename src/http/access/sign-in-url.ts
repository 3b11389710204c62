/** The address of the sign-in that leads back to the page that is asked for, or to the one whose form was sent. */
import type { FastifyRequest } from 'fastify';
import { hasSignInPage } from '../../domain/access/authentication.ts';
import type { Site } from '../site.ts';
import { pageBefore } from './own-path.ts';

/** Empty where there is no page on which people sign in. */
export function signInUrlOf({ options: { authentication }, urls }: Site, request: FastifyRequest): string {
  if (authentication === undefined || !hasSignInPage(authentication)) return '';
  return urls.signInFor(request.method === 'GET' ? request.url : (pageBefore(urls, request) ?? urls.home()));
}
