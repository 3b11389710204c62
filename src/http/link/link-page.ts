/** `/l/<token>`: the report of a link, for people who have not signed in. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pictureType } from '../../app/report/report-picture.ts';
import { readKeptRun } from '../../app/run/run-read.ts';
import { AppError } from '../../domain/error.ts';
import { LINK_WORDS, linkPageView } from '../../page/link.ts';
import { createUrls, type Urls } from '../../page/urls.ts';
import type { Viewer } from '../../page/viewer.ts';
import { viewerOf } from '../access/viewer.ts';
import { addApiExport } from '../api/api-export.ts';
import { addApiReport } from '../api/api-report.ts';
import { addApiTable } from '../api/api-table.ts';
import { DOWNLOAD_POLICY, framedPolicy } from '../header.ts';
import { sendPage } from '../page.ts';
import { streamPatches } from '../report/live.ts';
import { addReportFile, FrameQuery, sendReport } from '../report/report.ts';
import { runFacts, RunPath, viewRunPage } from '../run.ts';
import type { App, Site } from '../site.ts';
import { LinkError, linkOf } from './link-actor.ts';

const Token = Type.Object({ token: Type.String({ maxLength: 100 }) });
const RunToken = Type.Object({ ...Token.properties, ...RunPath.properties });
const Embed = Type.Optional(Type.Literal('1'));
const Page = Type.Object({
  theme: Type.Optional(Type.Union([Type.Literal('light'), Type.Literal('dark')])),
  embed: Embed,
});
const After = Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) });

/** All that a link shows; each route checks the link first, see `byLink`. */
export async function addLinkPages(app: App, site: Site): Promise<void> {
  await app.register(
    async (scoped) => {
      const routes = scoped as App;
      routes.addHook('onRequest', async (_request, reply) => {
        // the address is a secret: it goes to nobody else, and into no index
        void reply.headers({ 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex, nofollow, noarchive' });
      });
      addPage(routes, site);
      await routes.register(async (files) => {
        files.addHook('onRequest', async (request) => checkDownload(request));
        addReportFile(files as App, site);
        await files.register(
          async (api) => {
            for (const add of [addApiReport, addApiExport, addApiTable]) add(api as App, site);
          },
          { prefix: '/api/v1' },
        );
      });
    },
    { prefix: '/l/:token' },
  );
}

function addPage(app: App, site: Site): void {
  app.get('', { schema: { params: Token, querystring: Page, hide: true } }, async (request, reply) => {
    const link = linkOf(request);
    const viewer = viewerFor(site, request, request.query.theme);
    await site.ctx.links?.noteUse(link.id, site.ctx.now());
    await site.noteLook(viewer.actor, { action: 'link-used', run: link.run, what: link.id });
    const origins = originsOf(site, request.query.embed);
    if (origins.length > 0) void reply.header('content-security-policy', framedPolicy(origins));
    return sendLinkPage(site, request, reply, { viewer, embedOrigins: origins });
  });
  app.get('/picture', { schema: { params: Token, hide: true } }, async (request, reply) => {
    const link = linkOf(request);
    const { actor } = viewerOf(site, request);
    await site.noteLook(actor, { action: 'link-used', run: link.run, what: link.id });
    if (!link.preview) throw new AppError('not-found', LINK_WORDS.noPicture);
    const bytes = await site.reports.exportPicture(actor, link.run).catch(unlessNotFound);
    if (bytes === undefined)
      return site.brand.logo === undefined ? reply.callNotFound() : reply.redirect(site.urls.brand('logo'), 302);
    return reply
      .type(pictureType(bytes) ?? 'application/octet-stream')
      .header('content-security-policy', DOWNLOAD_POLICY)
      .send(Buffer.from(bytes));
  });
  const frame = { params: RunToken, querystring: Type.Object({ ...FrameQuery.properties, embed: Embed }), hide: true };
  app.get('/runs/:id/frame', { schema: frame }, async (request, reply) => {
    const { params } = request;
    const { embed, ...query } = request.query;
    const around = originsOf(site, embed);
    const at = linkUrl(site, params.token);
    const isElsewhere = ![undefined, 'iframe'].includes(request.headers['sec-fetch-dest']);
    return isElsewhere
      ? reply.redirect(at, 302)
      : sendReport(site, request, reply, { id: params.id, ...query, at, around });
  });
  const live = { params: RunToken, querystring: After, hide: true };
  app.get('/runs/:id/live', { schema: live }, async (request, reply) =>
    streamPatches(site, request, reply, { id: request.params.id, after: request.query.after }),
  );
}

function unlessNotFound(error: unknown): undefined {
  if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
}

/** Those whose pages may frame this one; none unless it is asked for as a part of such a page. */
function originsOf({ options }: Site, embed: '1' | undefined): readonly string[] {
  return embed === undefined ? [] : (options.embedOrigins ?? []);
}

/** The addresses of what belongs to the report, below that of the link. */
function urlsOf({ urls }: Site, token: string): Urls {
  return createUrls(`${urls.basePath}/l/${token}`);
}

export function linkUrl({ urls }: Site, token: string): string {
  return urls.link(token);
}

function viewerFor(site: Site, request: FastifyRequest, theme: 'light' | 'dark' | undefined): Viewer {
  const viewer = viewerOf(site, request);
  return { ...viewer, theme: theme ?? viewer.theme };
}

async function sendLinkPage(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { viewer, embedOrigins }: { readonly viewer: Viewer; readonly embedOrigins: readonly string[] },
): Promise<FastifyReply> {
  const { run: id, allows, preview } = linkOf(request);
  const { token } = request.params as { readonly token: string };
  const run = await readKeptRun(site.ctx, viewer.actor, id).catch(() => {
    throw new LinkError();
  });
  const facts = await runFacts(site, viewer.actor, run);
  const urls = urlsOf(site, token);
  const picture = `${request.protocol}://${request.host}${site.urls.link(token)}/picture`;
  const page = viewRunPage({ ...site, urls }, facts, viewer, { isAlone: true, isInFrame: embedOrigins.length > 0 });
  const view = linkPageView(page, { run, allows, filesUrl: site.urls.api.files(id), embedOrigins }, viewer);
  return sendPage(site, request, reply, {
    template: 'link',
    tab: view.title,
    isAlone: true,
    shared: { title: run.title, description: LINK_WORDS.madeOn(view.madeOn), ...(preview ? { picture } : {}) },
    scope: { view, viewer, words: LINK_WORDS, withoutCookies: true },
  });
}

/** Rows of a table are a part of what the report shows. */
function checkDownload(request: FastifyRequest): void {
  const isShown = request.routeOptions.url?.endsWith('/tables/:name/rows') === true;
  if (linkOf(request).allows === 'download' || isShown) return;
  throw new AppError('forbidden', LINK_WORDS.viewOnly);
}
