/** `/api/v1/runs/{id}/links`: links with which anybody sees a report. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { listLinks, makeLink, revokeLink } from '../../app/run/run-link.ts';
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import { DAY_MS } from '../../domain/milliseconds.ts';
import { type Link, LINK_LIMITS } from '../../domain/run/link.ts';
import { viewerOf } from '../access/viewer.ts';
import { linkAddress, linkContext } from '../link/link-context.ts';
import { RunPath } from '../run.ts';
import type { App, Site } from '../site.ts';
import { plainNumbers } from './api-body.ts';

const Time = Type.String({ format: 'date-time' });
const Allows = Type.Unsafe<'view' | 'download'>({
  type: 'string',
  enum: ['view', 'download'],
  description: '`download`: also its files, tables and other formats.',
});
const Preview = Type.Boolean({
  description: 'Programs that show previews of links get the first picture of the report; they may keep it for longer.',
});
const LinkSchema = Type.Object(
  {
    id: Type.String(),
    url: Type.String({ description: 'The address. Whoever has it sees the report.' }),
    allows: Allows,
    preview: Preview,
    note: Type.String(),
    by: Type.String(),
    at: Time,
    until: Time,
    uses: Type.Integer({ description: 'How often its page was opened.' }),
    usedAt: Type.Optional(Time),
    revokedAt: Type.Optional(Time),
  },
  { $id: 'Link' },
);
const LinkBody = Type.Object({
  allows: Type.Optional(Allows),
  preview: Type.Optional(Preview),
  note: Type.Optional(Type.String({ maxLength: LINK_LIMITS.noteChars })),
  days: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 36_500, description: 'Its life; 7 by default.' })),
});
const LinkPath = Type.Object({ ...RunPath.properties, link: Type.String({ minLength: 1, maxLength: 64 }) });

export function addApiLink(app: App, site: Site): void {
  const tags = ['shares'];
  app.get(
    '/runs/:id/links',
    {
      schema: {
        summary: 'List the links to a report, the newest first',
        description: 'For the person who requested it, and operators.',
        tags,
        params: RunPath,
        response: { 200: Type.Object({ items: Type.Array(LinkSchema), next: Type.Null() }) },
      },
    },
    async (request) => {
      const { actor } = viewerOf(site, request);
      const links = await listLinks(linkContext(site), actor, request.params.id);
      return { items: links.map((link) => linkJson(site, request, link)), next: null };
    },
  );
  app.post(
    '/runs/:id/links',
    {
      schema: {
        summary: 'Make a link with which anybody sees a report until it expires',
        tags,
        params: RunPath,
        body: LinkBody,
        response: { 201: LinkSchema },
      },
      preValidation: plainNumbers,
    },
    async (request, reply) => {
      const { allows, preview, note, days } = request.body;
      const ctx = linkContext(site);
      const lifeMs = days === undefined ? undefined : days * DAY_MS;
      const link = await makeLink(
        ctx,
        viewerOf(site, request).actor,
        request.params.id,
        defined({ allows, preview, note, lifeMs }),
      );
      return reply.code(201).send(linkJson(site, request, { ...link, atMs: ctx.now(), uses: 0 }));
    },
  );
  app.delete(
    '/runs/:id/links/:link',
    {
      schema: {
        summary: 'Revoke a link',
        description: 'Streams that are open with it end within seconds.',
        tags,
        params: LinkPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id, link } = request.params;
      if (!(await revokeLink(linkContext(site), viewerOf(site, request).actor, id, link)))
        throw new AppError('not-found', 'This report has no such link that could be revoked.');
      return reply.code(204).send(null);
    },
  );
}

function linkJson(site: Site, request: FastifyRequest, link: Link) {
  const { id, allows, preview, note, by, uses } = link;
  const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  return {
    id,
    url: linkAddress(site, request, id),
    allows,
    preview,
    note,
    by,
    at: new Date(link.atMs).toISOString(),
    until: new Date(link.untilMs).toISOString(),
    uses,
    ...defined({ usedAt: iso(link.usedAtMs), revokedAt: iso(link.revokedAtMs) }),
  };
}
