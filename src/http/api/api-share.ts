/** `/api/v1/runs/{id}/shares`: with whom a report is shared. */
import { Type } from '@fastify/type-provider-typebox';
import { listShares, shareRun, unshareRun } from '../../app/run/run-share.ts';
import { AppError } from '../../domain/error.ts';
import { SHARE_LIMITS } from '../../domain/run/share.ts';
import { viewerOf } from '../access/viewer.ts';
import { RunPath } from '../run.ts';
import type { App, Site } from '../site.ts';

const Grantee = Type.String({
  minLength: 1,
  maxLength: SHARE_LIMITS.nameChars,
  description: 'The name of a user, or `@` and the name of a group.',
});
const SharePath = Type.Object({ ...RunPath.properties, grantee: Grantee });
const ShareBody = Type.Object({
  grantees: Type.Array(Grantee, { minItems: 1, maxItems: SHARE_LIMITS.grantees }),
});
const ShareListSchema = Type.Object({
  items: Type.Array(
    Type.Object({ grantee: Grantee, by: Type.String(), at: Type.String({ format: 'date-time' }) }, { $id: 'Share' }),
  ),
  next: Type.Null(),
});

export function addApiShare(app: App, site: Site): void {
  const { ctx } = site;
  const tags = ['shares'];
  const response = { 200: ShareListSchema };
  const listOf = (shares: Awaited<ReturnType<typeof listShares>>) => ({
    items: shares.map(({ grantee, by, atMs }) => ({ grantee, by, at: new Date(atMs).toISOString() })),
    next: null,
  });
  app.get(
    '/runs/:id/shares',
    {
      schema: {
        summary: 'List with whom a report is shared',
        description: 'For the person who requested it, and operators.',
        tags,
        params: RunPath,
        response,
      },
    },
    async (request) => listOf(await listShares(ctx, viewerOf(site, request).actor, request.params.id)),
  );
  app.post(
    '/runs/:id/shares',
    {
      schema: {
        summary: 'Share a report with people and groups',
        description: 'They see this report, whatever they may do with its script. Those who have it already keep it.',
        tags,
        params: RunPath,
        body: ShareBody,
        response,
      },
    },
    async (request) => {
      const { actor } = viewerOf(site, request);
      const { id } = request.params;
      await shareRun(ctx, actor, id, request.body.grantees);
      return listOf(await listShares(ctx, actor, id));
    },
  );
  app.delete(
    '/runs/:id/shares/:grantee',
    {
      schema: {
        summary: 'Withdraw a report from somebody',
        description: 'Streams that they have open end within seconds.',
        tags,
        params: SharePath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id, grantee } = request.params;
      if (!(await unshareRun(ctx, viewerOf(site, request).actor, id, grantee)))
        throw new AppError('not-found', `This report is not shared with “${grantee}”.`);
      return reply.code(204).send(null);
    },
  );
}
