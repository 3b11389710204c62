import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppContext } from '../../../src/app/context.ts';
import type { RunTable } from '../../../src/domain/run/table.ts';
import { createTableClient, type TableClient } from '../../../src/thread/table-client.ts';
import { createTablePageClient, type TablePageClient } from '../../../src/thread/table-page-client.ts';
import { blobsOfData } from '../../../src/store/blob/blob-place.ts';
import { openSite, type TestSite } from '../site.ts';

let site: TestSite;
let tables: TableClient;
let tablePages: TablePageClient;
let url: string;

const HEADER = { table: 1, index: 0, columns: [{ name: 'city', type: 'text' }] };
const TABLE: Omit<RunTable, 'hash' | 'sizeBytes'> = {
  key: 't1',
  name: 'sales & costs',
  columns: [{ name: 'city', type: 'text' }],
  index: 0,
  rows: 2,
  total: { rows: 20, columns: 1 },
  cut: ['rows'],
};

beforeAll(async () => {
  site = await openSite();
  tables = createTableClient(blobsOfData(join(site.folder, 'data')));
  const ctx = site.ctx as { -readonly [Key in keyof AppContext]: AppContext[Key] };
  ctx.tables = tables;
  tablePages = createTablePageClient(blobsOfData(join(site.folder, 'data')));
  ctx.tablePages = tablePages;
  const answer = await site.app.inject({
    method: 'POST',
    url: '/api/v1/runs',
    headers: { host: 'localhost' },
    payload: { script: 'sales/weekly' },
  });
  url = `/api/v1/runs/${answer.json<{ id: string }>().id}`;
  const keep = async (text: string) => {
    const { hash, sizeBytes } = await site.ctx.blobs.put(gzipSync(text));
    return { hash, sizeBytes };
  };
  const good = { ...TABLE, ...(await keep(`${JSON.stringify(HEADER)}\n["Köln","=1"]\n`)) };
  const bad = { ...TABLE, key: 't2', name: 'bad', ...(await keep('no table')) };
  const gone = { ...TABLE, key: 't3', name: 'gone', hash: '0'.repeat(64), sizeBytes: 1 };
  const large = { ...good, key: 't4', name: 'large', rows: 2_000_000 };
  await site.finish(
    ...[good, bad, gone, large].map((table) => ({ type: 'table-kept', key: table.key, table }) as const),
  );
});
afterAll(async () => {
  await tables.close();
  await tablePages.close();
  await site.close();
});

const get = (path: string) => site.app.inject({ url: `${url}${path}`, headers: { host: 'localhost' } });

describe('the tables of a report', () => {
  test('are listed with their columns, and with what is kept of them', async () => {
    const { items } = (await get('/tables')).json<{ items: Record<string, unknown>[] }>();
    expect(items.map(({ name }) => name)).toEqual(['sales & costs', 'bad', 'gone', 'large']);
    expect(items[0]).toMatchObject({
      columns: [{ name: 'city', type: 'text' }],
      rows: 2,
      total: { rows: 20, columns: 1 },
      cut: ['rows'],
      links: { csv: `${url}/tables/sales%20%26%20costs?format=csv` },
    });
    expect(items[0]).not.toHaveProperty('hash');
  });

  test('are sent as attachments that browsers do not show', async () => {
    const answer = await get('/tables/sales%20%26%20costs');
    expect(answer.body).toBe("\ufeffcity\r\nKöln\r\n'=1\r\n");
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="sales & costs.csv"',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect((await get('/tables/sales%20%26%20costs?format=json')).json()).toEqual([{ city: 'Köln' }, { city: '=1' }]);
    expect((await get('/tables/sales%20%26%20costs?format=parquet')).rawPayload.subarray(0, 4).toString()).toBe('PAR1');
  });

  test('are refused with a reason', async () => {
    const refused = async (path: string) => {
      const answer = await get(path);
      return [answer.statusCode, answer.json<{ detail: string }>().detail];
    };
    expect(await refused('/tables/none')).toEqual([404, 'This report keeps no such table.']);
    expect(await refused('/tables/bad')).toEqual([
      422,
      'This table cannot be converted: its last line is not complete.',
    ]);
    expect(await refused('/tables/gone')).toEqual([410, 'The bytes of this table were deleted.']);
    expect((await refused('/tables/large?format=xlsx'))[1]).toMatch(/1,048,575 rows/);
    expect((await refused('/tables/large?format=exe'))[0]).toBe(400);
  });

  test('are read page by page, sorted and filtered', async () => {
    const rows = async (query: string) => (await get(`/tables/sales%20%26%20costs/rows${query}`)).json<unknown>();
    const table = { columns: TABLE.columns, index: 0, kept: 2 };
    expect(await rows('')).toEqual({ ...table, count: 2, rows: [['Köln'], ['=1']] });
    expect(await rows('?sort=0')).toEqual({ ...table, count: 2, rows: [['=1'], ['Köln']] });
    expect(await rows('?sort=0&order=descending&offset=1&limit=1')).toEqual({ ...table, count: 2, rows: [['=1']] });
    expect(await rows('?filter=0:k%C3%B6&filter=0:ln')).toEqual({ ...table, count: 1, rows: [['Köln']] });
  });

  test('have no page for what they do not have', async () => {
    const refused = async (path: string) => {
      const answer = await get(path);
      return [answer.statusCode, answer.json<{ detail: string }>().detail];
    };
    expect(await refused('/tables/bad/rows')).toEqual([
      422,
      'This table cannot be shown: its last line is not complete.',
    ]);
    expect(await refused('/tables/gone/rows')).toEqual([410, 'The bytes of this table were deleted.']);
    expect(await refused('/tables/none/rows')).toEqual([404, 'This report keeps no such table.']);
    expect((await refused('/tables/large/rows?sort=3'))[1]).toContain('no column 3');
    expect((await refused('/tables/large/rows?filter=berlin'))[0]).toBe(400);
    expect((await refused('/tables/large/rows?limit=201'))[0]).toBe(400);
  });

  test('are in the zip of the report, as far as they can be read', async () => {
    const zip = await site.app.inject({ url: `${url}/export?to=zip`, headers: { host: 'localhost' } });
    expect(zip.statusCode).toBe(200);
    for (const name of ['sales & costs', 'bad', 'gone', 'large']) expect(zip.body).toContain(`tables/${name}.csv`);
  });
});
