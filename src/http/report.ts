/** The report of a run: the document in the sandboxed frame, and the file to take away. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exportHtml } from '../app/report-export.ts';
import { readReport } from '../app/report-read.ts';
import { readRun } from '../app/run-read.ts';
import type { Run } from '../domain/run.ts';
import { message } from '../page/message.ts';
import { valueViews } from '../page/value.ts';
import type { RenderOptions } from '../render/options.ts';
import { reportPolicy } from '../render/policy.ts';
import { attachment } from './header.ts';
import { RunPath } from './run.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './viewer.ts';

const Query = Type.Object({ theme: Type.Optional(Type.Union([Type.Literal('light'), Type.Literal('dark')])) });

export function addReport(app: App, site: Site): void {
  const { ctx } = site;
  app.get(
    '/runs/:id/report',
    { schema: { params: RunPath, querystring: Query, hide: true } },
    async (request, reply) => {
      const { theme } = request.query;
      const { html } = await readReport(ctx, viewerOf(site, request).actor, request.params.id, {
        ...rendering(site, request.params.id),
        ...(theme === undefined ? {} : { theme }),
      });
      return sendReport(site, request, reply, html);
    },
  );
  app.get('/runs/:id/report.html', { schema: { params: RunPath, hide: true } }, async (request, reply) => {
    const { actor } = viewerOf(site, request);
    const run = await readRun(ctx, actor, request.params.id);
    const bytes = await exportHtml(ctx, actor, run.id, {
      ...rendering(site, run.id),
      bytes: site.assets.bytes,
      hosts: site.options.reportHosts ?? [],
      facts: factsOf(run, site, request),
    });
    return attachment(reply, `${fileStem(run.title)}.html`, 'text/html; charset=utf-8').send(Buffer.from(bytes));
  });
}

/** What a reader of the file alone should know: when it was made, with which inputs, and where it came from. */
function factsOf(run: Run, { address }: Site, request: FastifyRequest): { label: string; value: string }[] {
  const inputs = valueViews(run.given, undefined).map(({ label, text }) => ({ label, value: text }));
  const made = new Date(run.endedAtMs ?? run.createdAtMs).toISOString();
  return [
    ...inputs,
    { label: message.details.ended, value: made },
    { label: message.run.report, value: `${request.protocol}://${request.host}${address.run(run.id)}` },
  ];
}

/** Where a report finds its assets and files. */
export function rendering({ assets, address }: Site, id: string): Required<Omit<RenderOptions, 'blob'>> {
  return {
    asset: assets.url,
    artifact: (name) => address.api.artifact(id, name),
    text: (cell) => address.api.text(id, cell),
  };
}

/** Whoever opens this address, in the frame or alone, gets the sandbox with it. */
export function sendReport(
  { address, options }: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  html: string,
): FastifyReply {
  const origin = `${request.protocol}://${request.host}`;
  return reply
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': reportPolicy(`${origin}${address.asset('')}`, options.reportHosts),
      'cross-origin-opener-policy': 'unsafe-none',
    })
    .send(html);
}

/** A title as a file name: letters, digits, spaces and a few marks of any script. */
export function fileStem(title: string): string {
  const stem = title
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._()-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '')
    .slice(0, 80);
  return stem === '' ? 'report' : stem;
}
