/** Maps errors to answers, in one place: problem details (RFC 9457) for the API, a page for people. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../domain/error.ts';
import { message } from '../page/message/message.ts';
import { TooManyTokensError, UnknownTokenError } from './access/bearer.ts';
import { AuthenticationError, canBeSent, refusalOfGuest, sendToSignIn } from './access/authentication.ts';
import { wantsPage } from './access/page-wanted.ts';
import { MisdirectedError } from './access/request-check.ts';
import { signInUrlOf } from './access/sign-in-url.ts';
import { isEmbedRoute } from './embed/embed-actor.ts';
import { createFormAddresses } from './form-address.ts';
import { framedPolicy, headersFor } from './header.ts';
import { isLinkRoute } from './link/link-actor.ts';
import { sendPage } from './page.ts';
import { createProblem, type Problem, PROBLEM_MIME } from './problem.ts';
import { noteRefusal } from './refusal.ts';
import { TooManyStreamsError } from './report/stream-limit.ts';
import type { App, Site } from './site.ts';

export function addErrors(app: App, site: Site): void {
  const pageAbove = createFormAddresses(app);
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && wantsPage(site, request);
    const page = isPage ? pageAbove(request.url.split('?', 1)[0] ?? '') : undefined;
    if (page !== undefined) return reply.redirect(page, 303);
    return answer(site, request, reply, new AppError('not-found', message.error.noPage));
  });
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => answer(site, request, reply, error));
}

/** For addresses that cannot be decoded: no route and no hook sees them. */
export function answerUnreadable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error, request.id);
  void reply.code(problem.status).headers(headersFor(request)).type(PROBLEM_MIME).send(JSON.stringify(problem));
}

async function answer(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  met: FastifyError | AppError,
): Promise<unknown> {
  const refusal = refusalOfGuest(site, request, met);
  if (refusal !== undefined && canBeSent(site, request)) return sendToSignIn(site, request, reply);
  const error = refusal ?? met;
  const problem = problemOf(error, request.id);
  if (problem.status >= 500 && problem.status !== 503)
    site.ctx.log.error({ error, request: request.id, path: request.routeOptions.url }, 'request failed');
  await noteRefusal(site, request, error);
  if (error instanceof AppError && error.retryAfterS !== undefined)
    void reply.header('retry-after', String(error.retryAfterS));
  if (error instanceof UnknownTokenError) void reply.header('www-authenticate', 'Bearer error="invalid_token"');
  else if (error === refusal) void reply.header('www-authenticate', 'Bearer');
  void reply.code(problem.status);
  if (!wantsPage(site, request)) return reply.type(PROBLEM_MIME).send(JSON.stringify(problem));
  const view = {
    title: problem.title,
    text: problem.detail,
    fields: problem.fields ?? [],
    reference: problem.reference ?? '',
    signInUrl: error instanceof AuthenticationError ? signInUrlOf(site, request) : '',
  };
  const isEmbedded = isEmbedRoute(site, request);
  // the sentence is read where the page is
  if (isEmbedded) void reply.header('content-security-policy', framedPolicy(site.options.embedOrigins ?? []));
  return sendPage(site, request, reply, {
    template: 'error',
    tab: problem.title,
    isOut: error instanceof AuthenticationError || isLinkRoute(site, request) || isEmbedded,
    isAlone: isEmbedded,
    scope: { view, withoutCookies: isEmbedded },
  });
}

/** Internal details stay in the log: anything but an AppError or a malformed request is "internal". */
export function problemOf(error: FastifyError | AppError, reference: string): Problem {
  if (error instanceof UnknownTokenError) return createProblem('forbidden', error.message, 401);
  if (error instanceof AuthenticationError) return createProblem('forbidden', error.message, 401);
  if (error instanceof TooManyTokensError) return createProblem('unavailable', error.message, 429);
  if (error instanceof TooManyStreamsError) return createProblem('unavailable', error.message, 429);
  if (error instanceof MisdirectedError) return createProblem('forbidden', error.message, 421);
  if (error instanceof AppError && error.code !== 'internal') {
    const fields = error.fields.length === 0 ? {} : { fields: error.fields };
    const later = error.retryAfterS === undefined ? {} : { retryAfter: error.retryAfterS };
    return { ...createProblem(error.code, error.message), ...fields, ...later };
  }
  if (!(error instanceof AppError) && error.validation !== undefined) {
    return { ...createProblem('invalid', error.message, 400), fields: error.validation.map(fieldOf) };
  }
  const status = error instanceof AppError ? 500 : (error.statusCode ?? 500);
  if (status >= 400 && status < 500) return createProblem('invalid', error.message, status);
  return { ...createProblem('internal', message.error.internal, 500), reference };
}

/** The field that a schema error is about: its path, or the missing or unexpected key. */
function fieldOf({ instancePath, params, message: text = '' }: NonNullable<FastifyError['validation']>[number]): {
  field: string;
  message: string;
} {
  const key = params['missingProperty'] ?? params['additionalProperty'];
  const path = instancePath.slice(1).replaceAll('/', '.');
  return { field: [path, typeof key === 'string' ? key : ''].filter((part) => part !== '').join('.'), message: text };
}
