/** `/runs/<id>/share`: with whom a report is shared, and the links to it, for its owner. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { listAllLinks, listLinks, makeLink, revokeLink } from '../app/run/run-link.ts';
import { readKeptRun } from '../app/run/run-read.ts';
import { listShares, shareRun, unshareRun } from '../app/run/run-share.ts';
import { AppError } from '../domain/error.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import { LINK_LIMITS } from '../domain/run/link.ts';
import { LINK_LIST_WORDS, linkRow, noTyped, SHARE_WORDS, type ShareTyped, shareView } from '../page/share.ts';
import { viewerOf } from './access/viewer.ts';
import { problemOf } from './error.ts';
import { linkAddress, linkContext } from './link/link-context.ts';
import { sendPage } from './page.ts';
import { RunPath } from './run.ts';
import type { App, Site } from './site.ts';

const Names = Type.Object({ names: Type.String({ maxLength: 30_000 }) });
const Grantee = Type.Object({ grantee: Type.String({ maxLength: 1_000 }) });
const Wish = Type.Object({
  allows: Type.Union([Type.Literal('view'), Type.Literal('download')]),
  preview: Type.Optional(Type.Union([Type.Literal(''), Type.Literal('picture')])),
  days: Type.String({ maxLength: 100 }),
  note: Type.Optional(Type.String({ maxLength: 1_000 })),
});
const LinkPath = Type.Object({ ...RunPath.properties, link: Type.String({ minLength: 1, maxLength: 64 }) });

export function addShare(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/runs/:id/share', { schema: { params: RunPath, hide: true } }, async (request, reply) =>
    sendShares(site, request, reply, {}),
  );
  app.post('/runs/:id/shares', { schema: { params: RunPath, body: Names, hide: true } }, async (request, reply) => {
    const { id } = request.params;
    const { names } = request.body;
    const refused = await refusal(shareRun(ctx, viewerOf(site, request).actor, id, [names]));
    if (refused === undefined) return reply.redirect(urls.share(id), 303);
    return sendShares(site, request, coded(reply, refused), { names, problem: refused.message });
  });
  app.post('/runs/:id/unshare', { schema: { params: RunPath, body: Grantee, hide: true } }, async (request, reply) => {
    const { id } = request.params;
    await unshareRun(ctx, viewerOf(site, request).actor, id, request.body.grantee);
    return reply.redirect(urls.share(id), 303);
  });
  addLinks(app, site);
}

function addLinks(app: App, site: Site): void {
  const { urls } = site;
  app.post('/runs/:id/links', { schema: { params: RunPath, body: Wish, hide: true } }, async (request, reply) => {
    const { id } = request.params;
    const { allows, preview = '', days, note = '' } = request.body;
    const wish = {
      allows,
      note,
      preview: preview !== '',
      lifeMs: Number(days.trim().replace(',', '.') || Number.NaN) * DAY_MS,
    };
    const refused = await refusal(makeLink(linkContext(site), viewerOf(site, request).actor, id, wish));
    if (refused === undefined) return reply.redirect(`${urls.share(id)}#share-links`, 303);
    const link = { allows, preview, days, note, problem: refused.message };
    return sendShares(site, request, coded(reply, refused), { link });
  });
  app.post('/runs/:id/links/:link/revoke', { schema: { params: LinkPath, hide: true } }, async (request, reply) => {
    const { id, link } = request.params;
    await revokeLink(linkContext(site), viewerOf(site, request).actor, id, link);
    return reply.redirect(`${urls.share(id)}#share-links`, 303);
  });
  app.get('/admin/links', { schema: { hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const ctx = linkContext(site);
    const all = await listAllLinks(ctx, viewer.actor);
    const address = (id: string) => linkAddress(site, request, id);
    return sendPage(site, request, reply, {
      template: 'links',
      tab: LINK_LIST_WORDS.linkText,
      here: 'admin',
      scope: {
        rows: all.map((link) => linkRow(link, address, viewer, urls)),
        isCut: all.length >= LINK_LIMITS.listed,
        off: ctx.mostMs === undefined,
        words: LINK_LIST_WORDS,
        by: SHARE_WORDS.by,
      },
    });
  });
}

/** What was typed is wrong; everything else is thrown. */
async function refusal(work: Promise<unknown>): Promise<AppError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'invalid' || error.code === 'conflict')) return error;
    throw error;
  }
}

function coded(reply: FastifyReply, error: AppError): FastifyReply {
  return reply.code(problemOf(error, '').status);
}

async function sendShares(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  typed: Partial<ShareTyped>,
): Promise<FastifyReply> {
  const { ctx, urls } = site;
  const { id } = request.params as { readonly id: string };
  const viewer = viewerOf(site, request);
  const shares = await listShares(ctx, viewer.actor, id);
  const { mostMs, ...links } = linkContext(site);
  const source = {
    run: await readKeptRun(ctx, viewer.actor, id),
    shares,
    links: await listLinks({ ...links, mostMs }, viewer.actor, id),
    address: (link: string) => linkAddress(site, request, link),
    mostMs,
  };
  return sendPage(site, request, reply, {
    template: 'share',
    tab: `${SHARE_WORDS.title}: ${source.run.title}`,
    scope: {
      view: shareView(source, { ...noTyped(mostMs), ...typed }, viewer, urls),
      words: SHARE_WORDS,
      linkWords: LINK_LIST_WORDS,
    },
  });
}
