/** `/interest/<script>`: where the page of a script says that it is open, touched or left; kernels wait for it. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { noteInterest, type InterestNote } from '../app/script/script-interest.ts';
import { presetUserOf } from './access/visitor.ts';
import { viewerOf } from './access/viewer.ts';
import { scriptName } from './script.ts';
import type { App, Site } from './site.ts';

const Path = Type.Object({ '*': Type.String({ minLength: 1, maxLength: 1_000 }) });
const Note = Type.Object({
  page: Type.String({ pattern: '^[\\w-]{8,40}$' }),
  state: Type.Union([Type.Literal('open'), Type.Literal('touched'), Type.Literal('left')]),
});

export function addInterest(app: App, site: Site): void {
  app.post('/interest/*', { schema: { params: Path, body: Note, hide: true } }, async (request, reply) => {
    const { page, state } = request.body;
    const script = scriptName(request.params['*']);
    await noteInterest(site.ctx, viewerOf(site, request).actor, {
      script,
      page,
      state,
      ...visitorOf(site, request),
    });
    return reply.code(204).send();
  });
}

/** A person known by name, a browser that has been here before, or whoever has the address. */
function visitorOf(site: Site, request: FastifyRequest): Pick<InterestNote, 'visitor' | 'address'> {
  const { owner } = presetUserOf(site, request);
  const visitor = owner === undefined ? `address ${request.ip}` : `${owner.type} ${owner.id}`;
  return owner?.type === 'person' ? { visitor } : { visitor, address: request.ip };
}
