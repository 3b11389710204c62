/** `/sessions`: one's own sessions; `/admin/sessions`: those of everybody, for operators. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  endOtherSessions,
  endOwnSession,
  endSessionsOf,
  listOwnSessions,
  listSessionsOf,
  listSignedIn,
  MOST_PEOPLE,
  type SessionContext,
} from '../app/session.ts';
import { defined } from '../domain/defined.ts';
import { SESSION_WORDS } from '../page/message/message-person.ts';
import { sessionsView, signedInView } from '../page/session.ts';
import { mustSignInAgain } from './access/recent-sign-in.ts';
import { endSessions, sessionOf } from './access/session.ts';
import { viewerOf } from './access/viewer.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });
const Person = Type.Object({ person: Type.String({ minLength: 1, maxLength: 500 }) });

export function addSessionPages(app: App, site: Site): void {
  const { urls, sessionLimits } = site;
  const { sessions, now, audit } = site.ctx;
  const ctx: SessionContext = { sessions, now, sessionLimits, ...defined({ audit }) };
  const actorOf = (request: FastifyRequest) => viewerOf(site, request).actor;
  app.get('/sessions', { schema: { hide: true } }, (request, reply) => sendSessions(site, ctx, request, reply));
  const again = urls.signInAgain(urls.sessions());
  app.post('/sessions/end', { schema: { body: Id, hide: true } }, async (request, reply) => {
    if (mustSignInAgain(site, request)) return reply.redirect(again, 303);
    await endOwnSession(ctx, actorOf(request), { id: request.body.id, current: sessionOf(request) });
    return reply.redirect(urls.sessions(), 303);
  });
  app.post('/sessions/end-all', { schema: { hide: true } }, async (request, reply) => {
    if (mustSignInAgain(site, request)) return reply.redirect(again, 303);
    await endOtherSessions(ctx, actorOf(request), sessionOf(request));
    await endSessions(site, request, reply);
    return reply.redirect(urls.home(), 303);
  });
  app.get('/admin/sessions', { schema: { querystring: Type.Partial(Person), hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const { person } = request.query;
    const people = await listSignedIn(ctx, viewer.actor);
    const of = person === undefined ? undefined : { person, sessions: await listSessionsOf(ctx, viewer.actor, person) };
    return sendPage(site, request, reply, {
      template: 'signed-in',
      tab: SESSION_WORDS.ofAll.title,
      scope: { view: signedInView({ people, most: MOST_PEOPLE, of }, viewer, urls), words: SESSION_WORDS },
    });
  });
  app.post('/admin/sessions/end', { schema: { body: Person, hide: true } }, async (request, reply) => {
    await endSessionsOf(ctx, actorOf(request), request.body.person);
    return reply.redirect(urls.allSessions(), 303);
  });
}

async function sendSessions(
  site: Site,
  ctx: SessionContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const viewer = viewerOf(site, request);
  const current = sessionOf(request);
  const sessions = await listOwnSessions(ctx, viewer.actor, current);
  return sendPage(site, request, reply, {
    template: 'sessions',
    tab: SESSION_WORDS.title,
    scope: {
      view: sessionsView({ sessions, current, mustSignIn: mustSignInAgain(site, request) }, viewer, site.urls),
      words: SESSION_WORDS,
    },
  });
}
