/** Tables that cells showed, in full. */
import { Readable } from 'node:stream';
import { Type, type Static } from '@fastify/type-provider-typebox';
import { listTables, openTable, readTablePage } from '../../app/table-read.ts';
import { TABLE_FORMATS, type RunTable } from '../../domain/run/table.ts';
import { FILTER_CHARS, PAGE_FILTERS, PAGE_ROWS, type TableQuery } from '../../domain/run/table-page.ts';
import { tableJson } from './api-json.ts';
import { TableListSchema, TablePageSchema } from './api-schema.ts';
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
const FIRST_ROWS = 50;
const Rows = Type.Object({
  offset: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 2 ** 31, default: 0, description: 'Rows before the page.' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_ROWS, default: FIRST_ROWS })),
  sort: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 10_000,
      description: 'Position of a column, from 0. Missing values are last.',
    }),
  ),
  order: Type.Optional(
    Type.Unsafe<string>({ type: 'string', enum: ['ascending', 'descending'], default: 'ascending' }),
  ),
  filter: Type.Optional(
    Type.Array(Type.String({ pattern: '^[0-9]{1,4}:', maxLength: FILTER_CHARS + 5 }), {
      maxItems: PAGE_FILTERS,
      description:
        'Column and text, as `2:berlin`: rows whose cell contains the text, in small or capital letters. ' +
        '`2:>5`, `2:<=2024-06-30` and `2:=EU` compare. Rows must fit each filter.',
    }),
  ),
});

export function addApiTable(app: App, site: Site): void {
  const { urls, ctx, reports } = site;
  const { runs } = ctx;
  const found = new Map<string, RunTable>();
  const schema = { tags: ['reports'] };
  app.get(
    '/runs/:id/tables',
    {
      schema: {
        ...schema,
        params: RunPath,
        summary: 'List the tables that the report shows and that are kept in full',
        response: { 200: TableListSchema },
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
      return attachment(reply, fileName, mime)
        .header('accept-ranges', 'none')
        .send(Readable.from(stream, { objectMode: false }));
    },
  );
  app.get(
    '/runs/:id/tables/:name/rows',
    {
      schema: {
        ...schema,
        params: TablePath,
        querystring: Rows,
        summary: 'Read a page of the rows of a table, sorted and filtered',
        response: { 200: TablePageSchema },
      },
    },
    async (request, reply) => {
      const left = new AbortController();
      reply.raw.on('close', () => left.abort());
      const wanted = { ...request.params, query: queryOf(request.query), signal: left.signal };
      const { actor } = viewerOf(site, request);
      const page = await readTablePage({ runs, reports, tablePages: ctx.tablePages, found }, actor, wanted);
      return { ...page, columns: [...page.columns], rows: page.rows.map((row) => [...row]) };
    },
  );
}

function queryOf({ offset = 0, limit = FIRST_ROWS, sort, order, filter = [] }: Static<typeof Rows>): TableQuery {
  return {
    offset,
    limit,
    ...(sort === undefined ? {} : { sort: { column: sort, isDescending: order === 'descending' } }),
    filters: filter.map((text) => {
      const colon = text.indexOf(':');
      return { column: Number(text.slice(0, colon)), text: text.slice(colon + 1) };
    }),
  };
}
