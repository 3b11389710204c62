/** What a run leaves: its report, the executed notebook and its files. */
import { Type } from '@fastify/type-provider-typebox';
import { Readable } from 'node:stream';
import { openArtifact } from '../../app/artifact-read.ts';
import { readRunPackages } from '../../app/run/run-packages.ts';
import { readRun } from '../../app/run/run-read.ts';
import { fileStem } from '../../domain/report/report-file-name.ts';
import { artifactJson } from './api-json.ts';
import { ArtifactSchema } from './api-schema.ts';
import { rangeHeaders, wantedRange } from '../byte-range.ts';
import { attachment } from '../header.ts';
import { isVisit, sendReport } from '../report/report.ts';
import { RunPath } from '../run.ts';
import type { App, Site } from '../site.ts';
import { viewerOf } from '../access/viewer.ts';

const CellPath = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  cell: Type.Integer({ minimum: 0, description: 'Place in the executed notebook, from 0.' }),
});
const FileQuery = Type.Object({
  path: Type.String({ minLength: 1, maxLength: 1_000, description: 'Relative to the folder of the script.' }),
});
const ArtifactPath = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  name: Type.String({ minLength: 1, maxLength: 1_000 }),
});

export function addApiReport(app: App, site: Site): void {
  const { ctx, urls } = site;
  const schema = { tags: ['reports'], params: RunPath };
  app.get(
    '/runs/:id/report',
    { schema: { ...schema, summary: 'The report as an HTML document' } },
    async (request, reply) => {
      const { id } = request.params;
      // a document that a browser shows by itself could navigate its tab to another site
      return isVisit(request) ? reply.redirect(urls.report(id), 302) : sendReport(site, request, reply, { id });
    },
  );
  app.get(
    '/runs/:id/report.ipynb',
    { schema: { ...schema, summary: 'The executed notebook' } },
    async (request, reply) => {
      const { actor } = viewerOf(site, request);
      const run = await readRun(ctx, actor, request.params.id);
      const bytes = await site.reports.exportNotebook(actor, run.id);
      return attachment(reply, `${fileStem(run.title)}.ipynb`, 'application/x-ipynb+json').send(Buffer.from(bytes));
    },
  );
  app.get(
    '/runs/:id/packages',
    { schema: { ...schema, summary: 'The packages of its environment, with versions and hashes' } },
    async (request, reply) => {
      const { title, text } = await readRunPackages(ctx, viewerOf(site, request).actor, request.params.id);
      return attachment(reply, `${fileStem(title)}.requirements.txt`, 'text/plain; charset=utf-8').send(text);
    },
  );
  app.get(
    '/runs/:id/cells/:cell/text',
    { schema: { ...schema, summary: 'All that a cell printed, as plain text', params: CellPath } },
    async (request, reply) => {
      const { actor } = viewerOf(site, request);
      const { title } = await readRun(ctx, actor, request.params.id);
      const bytes = await site.reports.exportText(actor, request.params.id, request.params.cell);
      return attachment(reply, `${fileStem(title)}.txt`, 'text/plain; charset=utf-8').send(Buffer.from(bytes));
    },
  );
  addFiles(app, site);
  app.get(
    '/runs/:id/artifacts',
    {
      schema: {
        ...schema,
        summary: 'List the files',
        response: {
          200: Type.Object({ items: Type.Array(ArtifactSchema), next: Type.Null() }),
        },
      },
    },
    async (request) => {
      const { id, artifacts } = await readRun(ctx, viewerOf(site, request).actor, request.params.id);
      return { items: artifacts.map((artifact) => artifactJson(id, artifact, urls)), next: null };
    },
  );
  app.get(
    '/runs/:id/artifacts/:name',
    { schema: { ...schema, summary: 'Download a file, or one range of its bytes', params: ArtifactPath } },
    async (request, reply) => {
      const { artifact, stream, range } = await openArtifact(ctx, viewerOf(site, request).actor, {
        ...request.params,
        part: (file) => wantedRange(request, reply, file),
      });
      return rangeHeaders(attachment(reply, artifact.name, artifact.mime), artifact, range).send(Readable.from(stream));
    },
  );
}

/** Files beside the script that are kept with the report. */
function addFiles(app: App, site: Site): void {
  app.get(
    '/runs/:id/files',
    {
      schema: {
        tags: ['reports'],
        params: RunPath,
        summary: 'A file beside the script to which the text of the report links',
        querystring: FileQuery,
      },
    },
    async (request, reply) => {
      const { path } = request.query;
      const bytes = await site.reports.exportFile(viewerOf(site, request).actor, request.params.id, path);
      const name = path.slice(path.lastIndexOf('/') + 1);
      return attachment(reply, name, 'application/octet-stream').send(Buffer.from(bytes));
    },
  );
}
