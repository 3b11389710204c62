/** The report in other formats: which there are, and each as a download. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createArchive } from '../../app/archive.ts';
import { listExports } from '../../app/export-list.ts';
import { exportDocument, type ExportedDocument } from '../../app/report/report-document.ts';
import { readKeptRun } from '../../app/run/run-read.ts';
import { fileStem } from '../../domain/report/report-file-name.ts';
import { ExportListSchema } from './api-schema.ts';
import { attachment } from '../header.ts';
import { factsOf } from '../report/report.ts';
import { RunPath } from '../run.ts';
import type { App, Site } from '../site.ts';
import { viewerOf } from '../access/viewer.ts';

const Query = Type.Object({ to: Type.String({ minLength: 1, maxLength: 40, description: 'Name of a format.' }) });

export function addApiExport(app: App, site: Site): void {
  const { ctx, urls } = site;
  const schema = { tags: ['reports'], params: RunPath };
  app.get(
    '/runs/:id/exports',
    {
      schema: {
        ...schema,
        summary: 'List the formats of the report, and why some cannot be had here',
        response: { 200: ExportListSchema },
      },
    },
    async (request) => {
      const { actor } = viewerOf(site, request);
      const { id } = await readKeptRun(ctx, actor, request.params.id);
      const items = (await listExports(ctx)).map(({ missing, ...format }) => ({
        ...format,
        url: urls.api.export(id, format.name),
        ...(missing === undefined ? {} : { missing: missing.why }),
        ...(missing === undefined || actor.role === 'viewer' ? {} : { remedy: missing.remedy }),
      }));
      return { items, next: null };
    },
  );
  app.get(
    '/runs/:id/export',
    { schema: { ...schema, summary: 'The report as PDF or in another format', querystring: Query } },
    async (request, reply) => sendExport(site, request, reply, { id: request.params.id, to: request.query.to }),
  );
}

interface Wanted {
  readonly id: string;
  readonly to: string;
}

async function sendExport(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, to }: Wanted,
): Promise<FastifyReply> {
  const { ctx, reports, options } = site;
  const { actor } = viewerOf(site, request);
  const facts = await factsOf(await readKeptRun(ctx, actor, id), site, request);
  const left = new AbortController();
  reply.raw.on('close', () => left.abort());
  const hosts = options.reportHosts ?? [];
  const { runs, blobs, documents, tables } = ctx;
  const wanted = { id, to, hosts, facts, signal: left.signal };
  return sendDocument(reply, await exportDocument({ runs, blobs, documents, reports, tables }, actor, wanted));
}

/** A document with pictures beside it is sent with them, as a zip. */
function sendDocument(reply: FastifyReply, { run, format, content, pictures }: ExportedDocument): FastifyReply {
  const stem = fileStem(run.title);
  const send = (extension: string, mime: string) => attachment(reply, `${stem}.${extension}`, mime);
  if (pictures.length === 0)
    return send(format.extension, format.mime).send(content instanceof Uint8Array ? Buffer.from(content) : content);
  const entries = [{ path: `report.${format.extension}`, read: async () => content }].concat(
    pictures.map(({ path, bytes }) => ({ path, read: async () => bytes })),
  );
  return send('zip', 'application/zip').send(createArchive(entries, run.endedAtMs ?? run.createdAtMs));
}
