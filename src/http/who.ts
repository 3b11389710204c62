/** `/who`: whom the server takes the browser for, so that a page that is still shown after a sign-out can go. */
import type { FastifyRequest } from 'fastify';
import { identify } from './access/actor.ts';
import type { App } from './site.ts';

export function addWho(app: App): void {
  app.get('/who', { schema: { hide: true } }, (request, reply) =>
    reply.type('text/plain; charset=utf-8').send(whoIs(request)),
  );
}

/** The id of the actor; empty for nobody in particular: who has not signed in, or comes by a link or a frame. */
export function whoIs(request: FastifyRequest): string {
  try {
    const actor = identify(request);
    return actor === undefined || actor.report !== undefined || actor.isEmbedded ? '' : actor.id;
  } catch {
    return '';
  }
}
