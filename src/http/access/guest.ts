/**
 * A guest: somebody who has not signed in where people do. A guest sees and runs what a rule opens to anybody, and is
 * sent to the sign-in for everything else, whether it exists or not.
 */
import type { FastifyRequest } from 'fastify';
import { type Actor, guestActor } from '../../domain/access/access.ts';
import { needsSignIn } from '../../domain/access/authentication.ts';
import { guestRights, isOpenToGuests } from '../../domain/access/right.ts';
import type { AccessRules } from '../../domain/access/rule.ts';
import { AppError } from '../../domain/error.ts';
import type { Site } from '../site.ts';

const NO_RULES: AccessRules = new Map();

/** Everything else is for people who have signed in, whatever the rules say. */
const ROUTES = [
  /^GET \/(runs|(s|scripts|latest)\/\*)?$/,
  /^POST \/(s|scripts|interest)\/\*$/,
  /^GET \/runs\/:id(\/(report|report\.html|frame|failure\.txt|live))?$/,
  /^GET \/api\/v1\/(runs|scripts|scripts\/\*)$/,
  /^POST \/api\/v1\/(runs|scripts\/\*|uploads(\/(parts|joined))?)$/,
  /^GET \/api\/v1\/runs\/:id(\/(events|export|exports|report|report\.ipynb|packages|files|artifacts.*|tables.*|cells.*))?$/,
];

/** Undefined where nobody signs in. */
export function guestOf({ options: { authentication, accessRules = () => NO_RULES } }: Site): Actor | undefined {
  return authentication === undefined || !needsSignIn(authentication)
    ? undefined
    : guestActor(guestRights(accessRules));
}

/** Whether somebody of whom nothing is known may go on: by the matched route, which can be read in only one way. */
export function mayBeGuest({ options, urls }: Site, request: FastifyRequest): boolean {
  const { url } = request.routeOptions;
  const rules = options.accessRules?.();
  if (url === undefined || rules === undefined || !isOpenToGuests(rules)) return false;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = `${method} ${url.slice(urls.basePath.length)}`;
  return ROUTES.some((each) => each.test(route));
}

/** Whether it may be otherwise for somebody who has signed in: of what is hidden, and of what has never been. */
export function isForSignedIn(error: Error): boolean {
  return error instanceof AppError && ['not-found', 'gone', 'forbidden'].includes(error.code);
}
