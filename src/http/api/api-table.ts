/** Tables that cells showed, in full. */
import { Readable } from 'node:stream';
import { Type } from '@fastify/type-provider-typebox';
import { listTables, openTable } from '../../app/table-read.ts';
import { TABLE_FORMATS } from '../../domain/run/table.ts';
import { tableJson } from './api-json.ts';
import { ProblemSchema, TableListSchema } from './api-schema.ts';
import { attachment } from '../header.ts';
import { RunPath } from '../run.ts';
import type { App, Site } from '../site.ts';
import { viewerOf } from '../access/viewer.ts';

const TablePath = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  name: Type.String({ minLength: 1, maxLength: 1_000 }),
});
const Query = Type.Object({
  format: Type.Optional(
    Type.Unsafe<string>({
      type: 'string',
      enum: Object.keys(TABLE_FORMATS),
      default: 'csv',
      description: 'Format of the file.',
    }),
  ),
});

export function addApiTable(app: App, site: Site): void {
  const { urls, ctx, reports } = site;
  const { runs } = ctx;
  const schema = { tags: ['reports'] };
  app.get(
    '/runs/:id/tables',
    {
      schema: {
        ...schema,
        params: RunPath,
        summary: 'List the tables that the report shows and that are kept in full',
        response: { 200: TableListSchema, default: ProblemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const items = await listTables({ runs, reports }, viewerOf(site, request).actor, id);
      return { items: items.map((table) => tableJson(id, table, urls)), next: null };
    },
  );
  app.get(
    '/runs/:id/tables/:name',
    {
      schema: {
        ...schema,
        params: TablePath,
        querystring: Query,
        summary: 'Download a table as CSV or another format',
      },
    },
    async (request, reply) => {
      const left = new AbortController();
      reply.raw.on('close', () => left.abort());
      const { id, name } = request.params;
      const { format = 'csv' } = request.query;
      const wanted = { id, name, format, signal: left.signal };
      const { fileName, mime, stream } = await openTable(
        { runs, reports, tables: ctx.tables },
        viewerOf(site, request).actor,
        wanted,
      );
      return attachment(reply, fileName, mime).send(Readable.from(stream, { objectMode: false }));
    },
  );
}
