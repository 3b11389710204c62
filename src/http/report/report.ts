/** The report of a run: the document in the sandboxed frame, and the file to download. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defined } from '../../domain/defined.ts';
import { readKeptRun, readRun } from '../../app/run/run-read.ts';
import type { Run } from '../../domain/run/run.ts';
import { message } from '../../page/message/message.ts';
import { valueViews } from '../../page/value.ts';
import type { DocumentOptions } from '../../render/document.ts';
import { reportPolicy, stillPolicy } from '../../render/policy.ts';
import { fileStem } from '../../domain/report/report-file-name.ts';
import { attachment } from '../header.ts';
import { sendPage } from '../page.ts';
import { runFacts, viewRunPage, RunPath } from '../run.ts';
import type { App, Site } from '../site.ts';
import { viewerOf } from '../access/viewer.ts';

export const FrameQuery = Type.Object({
  theme: Type.Optional(Type.Union([Type.Literal('light'), Type.Literal('dark')])),
  titled: Type.Optional(Type.Union([Type.Literal('always'), Type.Literal('screen')])),
  contents: Type.Optional(Type.Literal('around')),
  scripts: Type.Optional(Type.Literal('off')),
});

interface Alone extends Pick<DocumentOptions, 'theme' | 'titled' | 'contents'> {
  readonly id: string;
  /** `off`: the scripts of outputs do not run. */
  readonly scripts?: 'off';
  /** The page that frames it; absent: the run's own. */
  readonly at?: string;
  /** Origins of pages that may frame that page. */
  readonly around?: readonly string[];
}

export function addReport(app: App, site: Site): void {
  const schema = { params: RunPath, querystring: FrameQuery, hide: true };
  app.get('/runs/:id/report', { schema }, async (request, reply) => {
    const { params, query } = request;
    return isProgram(request)
      ? sendReport(site, request, reply, params)
      : sendAlone(site, request, reply, { ...params, ...query });
  });
  app.get('/runs/:id/frame', { schema }, async (request, reply) => {
    const { params, query } = request;
    const isElsewhere = ![undefined, 'iframe'].includes(request.headers['sec-fetch-dest']);
    if (isElsewhere) return reply.redirect(site.urls.report(params.id, defined({ theme: query.theme })), 302);
    return sendReport(site, request, reply, { ...params, ...query });
  });
  app.get('/runs/:id/failure.txt', { schema: { params: RunPath, hide: true } }, async (request, reply) => {
    const bytes = await site.reports.exportFailure(viewerOf(site, request).actor, request.params.id);
    return attachment(reply, 'failure.txt', 'text/plain; charset=utf-8').send(Buffer.from(bytes));
  });
  addReportFile(app, site);
}

/** The report as one file. */
export function addReportFile(app: App, site: Site): void {
  const { ctx } = site;
  app.get('/runs/:id/report.html', { schema: { params: RunPath, hide: true } }, async (request, reply) => {
    const { actor } = viewerOf(site, request);
    const run = await readRun(ctx, actor, request.params.id);
    const bytes = await site.reports.exportHtml(actor, run.id, {
      hosts: site.options.reportHosts ?? [],
      facts: await factsOf(run, site, request),
    });
    return attachment(reply, `${fileStem(run.title)}.html`, 'text/html; charset=utf-8').send(Buffer.from(bytes));
  });
}

/** What the reader of a downloaded file should know: when it was made, with which inputs, and its source. */
export async function factsOf(
  run: Run,
  site: Site,
  request: FastifyRequest,
): Promise<{ label: string; value: string }[]> {
  const { script } = await runFacts(site, viewerOf(site, request).actor, run);
  const inputs = valueViews(run.given, script?.schema).map(({ label, text }) => ({ label, value: text }));
  const made = new Date(run.endedAtMs ?? run.createdAtMs).toISOString();
  return [
    ...inputs,
    { label: message.details.ended, value: made },
    { label: message.run.report, value: `${request.protocol}://${request.host}${site.urls.run(run.id)}` },
  ];
}

/** A browser that shows an answer as a page; over plain http, it sends only the older of the two headers. */
export function isVisit({ headers }: FastifyRequest): boolean {
  const to = headers['sec-fetch-dest'];
  return to === undefined ? 'upgrade-insecure-requests' in headers : to === 'document';
}

/** curl and the like. */
function isProgram({ headers }: FastifyRequest): boolean {
  return !('sec-fetch-dest' in headers) && !('upgrade-insecure-requests' in headers);
}

/** The report alone, in a frame that cannot navigate the tab to another site. */
async function sendAlone(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, theme }: Alone,
): Promise<FastifyReply> {
  const known = viewerOf(site, request);
  const viewer = { ...known, theme: theme ?? known.theme };
  const facts = await runFacts(site, viewer.actor, await readKeptRun(site.ctx, viewer.actor, id));
  const view = viewRunPage(site, facts, viewer, { isAlone: true });
  const tab = view.run?.bar.tab ?? facts.run.title;
  return sendPage(site, request, reply, { template: 'report', tab, isAlone: true, scope: { view, viewer } });
}

/** The document for the sandboxed frame and for programs; it carries its sandbox wherever it is opened. */
export async function sendReport(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, theme, titled, contents, scripts, at, around = [] }: Alone,
): Promise<FastifyReply> {
  const { urls, options } = site;
  const { html } = await site.reports.read(viewerOf(site, request).actor, id, {
    framedAt: at ?? urls.report(id),
    ...defined({ theme, titled, contents }),
  });
  const origin = `${request.protocol}://${request.host}`;
  const policy = scripts === 'off' ? stillPolicy : reportPolicy;
  return reply
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': [policy(`${origin}${urls.asset('')}`, options.reportHosts), ...around].join(' '),
      'cross-origin-opener-policy': 'unsafe-none',
    })
    .send(Buffer.from(html.buffer, html.byteOffset, html.byteLength));
}
