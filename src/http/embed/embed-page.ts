/**
 * `/embed/<theme>/…`: the form of a script that anybody may run, in pages of other sites. Its addresses are those of
 * the app below that prefix, which keeps the theme; nothing here reads or sets a cookie of a session.
 */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cancelRun } from '../../app/run/run-change.ts';
import { readKeptRun } from '../../app/run/run-read.ts';
import { readScript } from '../../app/script/script-read.ts';
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import { EMBED_WORDS, embedPageView } from '../../page/embed.ts';
import type { FormBody } from '../../page/form-values.ts';
import { message } from '../../page/message/message.ts';
import { type RunPageView, runPageView } from '../../page/run-page.ts';
import { createUrls } from '../../page/urls.ts';
import { viewerOf } from '../access/viewer.ts';
import { addJsonBody } from '../api/api-body.ts';
import { addApiChoice } from '../api/api-choice.ts';
import { addApiExport } from '../api/api-export.ts';
import { addApiReport } from '../api/api-report.ts';
import { addApiTable } from '../api/api-table.ts';
import { addApiUpload } from '../api/api-upload.ts';
import { type FormShown, formSource, submitForm } from '../form.ts';
import { framedPolicy } from '../header.ts';
import { addMultipart } from '../multipart.ts';
import { sendPage } from '../page.ts';
import { linkValues } from '../preset.ts';
import { streamPage } from '../report/live.ts';
import { addReportFile, FrameQuery, sendReport } from '../report/report.ts';
import { runFacts, RunPath, unlessEnded, viewRunPage } from '../run.ts';
import { scriptName } from '../script.ts';
import type { App, Site } from '../site.ts';
import { EMBED_THEMES } from './embed-actor.ts';

const Theme = Type.Object({ theme: Type.Union(EMBED_THEMES.map((theme) => Type.Literal(theme))) });
const Path = Type.Object({ ...Theme.properties, '*': Type.String({ minLength: 1, maxLength: 1_000 }) });
const Run = Type.Object({ ...Theme.properties, ...RunPath.properties });
const Form = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));
const After = Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) });

export async function addEmbedPages(app: App, site: Site): Promise<void> {
  const { embedOrigins = [] } = site.options;
  await app.register(
    async (scoped) => {
      const routes = scoped as App;
      routes.addHook('onRequest', async (_request, reply) => {
        if (embedOrigins.length === 0) throw new AppError('not-found', message.error.noPage);
        void reply.headers({
          'content-security-policy': framedPolicy(embedOrigins),
          'x-robots-tag': 'noindex, nofollow, noarchive',
        });
      });
      await routes.register(async (forms) => {
        addMultipart(forms as App, site);
        addForm(forms as App, site);
      });
      addRun(routes, site);
      addReportFile(routes, site);
      await routes.register(
        async (api) => {
          addJsonBody(api as App);
          for (const add of [addApiChoice, addApiUpload, addApiReport, addApiExport, addApiTable])
            add(api as App, site);
        },
        { prefix: '/api/v1' },
      );
    },
    { prefix: '/embed/:theme' },
  );
}

function addForm(app: App, site: Site): void {
  const params = Path;
  app.get('/s/*', { schema: { params, querystring: Form, hide: true } }, async (request, reply) =>
    sendForm(site, request, reply, {}),
  );
  app.post('/s/*', { schema: { params, body: Type.Optional(Form), hide: true } }, async (request, reply) => {
    const { actor } = viewerOf(site, request);
    const { script } = await readScript(site.ctx, actor, scriptName(request.params['*']));
    const body = (request.body ?? {}) as FormBody;
    const done = await submitForm(site, request, reply, { script, body });
    return 'run' in done
      ? reply.redirect(placeOf(site, request).urls.run(done.run.id), 303)
      : sendForm(site, request, reply, done.shown);
  });
}

function addRun(app: App, site: Site): void {
  const schema = { params: Run, hide: true };
  app.get('/runs/:id', { schema }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const run = await readKeptRun(site.ctx, viewer.actor, request.params.id);
    const page = viewRunPage(placeOf(site, request), await runFacts(site, viewer.actor, run), viewer, IN_FRAME);
    return sendEmbedded(site, request, reply, page);
  });
  app.post('/runs/:id/cancel', { schema }, async (request, reply) => {
    const { id } = request.params;
    await cancelRun(site.ctx, viewerOf(site, request).actor, id).catch(unlessEnded);
    return reply.redirect(placeOf(site, request).urls.run(id), 303);
  });
  app.get('/runs/:id/frame', { schema: { ...schema, querystring: FrameQuery } }, async (request, reply) => {
    const { id } = request.params;
    const at = placeOf(site, request).urls.run(id);
    const isElsewhere = ![undefined, 'iframe'].includes(request.headers['sec-fetch-dest']);
    return isElsewhere
      ? reply.redirect(at, 302)
      : sendReport(site, request, reply, { id, ...request.query, at, around: site.options.embedOrigins ?? [] });
  });
  app.get('/runs/:id/live', { schema: { ...schema, querystring: After } }, async (request, reply) => {
    const place = placeOf(site, request);
    return streamPage(site, request, reply, {
      id: request.params.id,
      after: request.query.after,
      factsOf: (actor, run) => runFacts(site, actor, run),
      viewOf: (facts, viewer) => viewOf(site, viewRunPage(place, facts, viewer, IN_FRAME)),
    });
  });
}

const IN_FRAME = { isInFrame: true };

/** The same server with the addresses of this place. */
function placeOf(site: Site, request: FastifyRequest): Site {
  const { theme } = request.params as { readonly theme: string };
  return { ...site, urls: createUrls(site.urls.embed(theme)) };
}

function viewOf({ urls, options }: Site, page: RunPageView) {
  const files = page.run === undefined ? '' : urls.api.files(page.run.id);
  return embedPageView(page, { filesUrl: files, embedOrigins: options.embedOrigins ?? [] });
}

/** One sentence where the script is not open to everybody, and the same where there is none. */
async function sendForm(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: FormShown,
): Promise<FastifyReply> {
  const viewer = viewerOf(site, request);
  const name = scriptName((request.params as { readonly '*': string })['*']);
  const listing = await readScript(site.ctx, viewer.actor, name).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not-found') return undefined;
    throw error;
  });
  if (listing === undefined) return sendClosed(site, request, reply.code(404), name);
  const start = shown.values === undefined ? linkValues(site, listing.script, request.query as FormBody) : {};
  const source = await formSource(site, request, listing, { ...start, ...shown });
  const page = runPageView({ ...source, facts: undefined, isRun: false }, viewer, placeOf(site, request).urls);
  return sendEmbedded(site, request, reply, page);
}

async function sendEmbedded(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  page: RunPageView,
): Promise<FastifyReply> {
  const view = viewOf(site, page);
  return sendPage(site, request, reply, {
    template: 'embed',
    tab: view.head.title,
    isAlone: true,
    scope: { view, words: EMBED_WORDS, withoutCookies: true, closedUrl: '' },
  });
}

async function sendClosed(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
): Promise<FastifyReply> {
  const { embedOrigins = [] } = site.options;
  return sendPage(site, request, reply, {
    template: 'embed',
    tab: EMBED_WORDS.closedTitle,
    isAlone: true,
    scope: {
      view: { embedOrigins: embedOrigins.join(' '), head: { title: EMBED_WORDS.closedTitle } },
      words: EMBED_WORDS,
      withoutCookies: true,
      closedUrl: site.urls.script(name, defined({ ...(request.query as FormBody) })),
    },
  });
}
