import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ParameterValues } from '../../src/domain/parameter/parameter.ts';
import { openSite, TOKEN, type TestSite } from './site.ts';

const CELL = {
  cell_type: 'code',
  id: 'b',
  metadata: { tags: ['parameters'] },
  source: 'from pathlib import Path\nregion: str = "EU"\ndata: Path = Path("orders.csv")\nmore: list[Path] = []',
  outputs: [],
  execution_count: null,
};
const PARAMETERS = {
  data: { format: 'file', accept: '.csv,.xlsx', maxBytes: 1000 },
  more: { format: 'file', multiple: true },
};
const HEADERS = { host: 'localhost', origin: 'http://localhost', 'sec-fetch-site': 'same-origin', accept: 'text/html' };
const CSV = 'region,amount\nEU,5\n';

let site: TestSite;
beforeAll(async () => {
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { language_info: { name: 'python' } }, cells: [CELL] };
  site = await openSite({}, { 'load.ipynb': JSON.stringify(notebook), 'load.params.json': JSON.stringify(PARAMETERS) });
});
afterAll(() => site.close());

type Part = readonly [name: string, content: string | Uint8Array, fileName?: string];

/** As a browser without JavaScript sends it; `cut`: bytes that are missing at the end. */
function multipart(url: string, parts: readonly Part[], { cut = 0, headers = {} } = {}) {
  const chunks = parts.flatMap(([name, content, fileName]) => [
    `--edge\r\ncontent-disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n`,
    fileName === undefined ? '\r\n' : 'content-type: text/plain\r\n\r\n',
    content,
    '\r\n',
  ]);
  const body = Buffer.concat([...chunks, '--edge--\r\n'].map((each) => Buffer.from(each as string)));
  return {
    method: 'POST' as const,
    url,
    payload: body.subarray(0, body.length - cut),
    headers: { ...HEADERS, ...headers, 'content-type': 'multipart/form-data; boundary=edge' },
  };
}

async function given(location: unknown): Promise<ParameterValues> {
  const run = await site.ctx.runs.find(String(location).split('/').at(-1) ?? '');
  await site.clear();
  return run?.given ?? {};
}

test('gives the files of a plain form to the run, under safe names', async () => {
  const { headers, statusCode } = await site.app.inject(
    multipart('/s/load', [
      ['region', 'US'],
      ['data', CSV, '../../etc/Orders\u202e.CSV'],
      ['more', 'a', 'con.txt'],
      ['more', '', ''],
      ['more', 'b', '日本.txt'],
    ]),
  );
  expect(statusCode).toBe(303);
  const values = await given(headers.location);
  expect(values).toMatchObject({
    region: 'US',
    data: { name: 'Orders.CSV', sizeBytes: CSV.length, type: 'text/csv' },
    more: [{ name: '_con.txt' }, { name: '日本.txt' }],
  });
  const { sha256 } = values['data'] as { sha256: string };
  expect(Buffer.from((await site.ctx.blobs.get(sha256)) ?? []).toString()).toBe(CSV);
});

test('leaves the default to the notebook where no file is chosen', async () => {
  const { headers } = await site.app.inject(multipart('/s/load', [['data', '', '']]));
  expect(await given(headers.location)).toEqual({});
});

test.each([
  ['an empty file', '', 'empty.csv', 'This file is empty'],
  ['a file that is too large', 'x'.repeat(1001), 'large.csv', 'at most 1 kB are allowed'],
  ['another extension', 'x', 'program.exe', 'is not of an accepted type: choose a file of .csv, .xlsx'],
  ['a content that its name denies', '%PDF-1.7', 'orders.csv', 'its content is application/pdf'],
  ['text that is named as a workbook', 'a,b', 'orders.xlsx', 'its content is text/plain'],
])('refuses %s, in its field', async (_what, content, name, message) => {
  const { statusCode, body } = await site.app.inject(multipart('/s/load', [['data', content, name]]));
  expect(statusCode).toBe(422);
  expect(body).toContain(message);
  expect(body).toContain('aria-invalid="true"');
});

test('keeps the files of a form that needs a correction', async () => {
  const { body } = await site.app.inject(
    multipart('/s/load', [
      ['data', CSV, 'orders.csv'],
      ['more', '', 'empty.txt'],
    ]),
  );
  const token = /name="data" value="([^"]+)" checked/.exec(body)?.[1] ?? '';
  expect(body).toContain('orders.csv');
  const { headers } = await site.app.inject(multipart('/s/load', [['data', token]]));
  expect(await given(headers.location)).toMatchObject({ data: { name: 'orders.csv' } });
});

test('refuses a form that ends too early, and one with too many fields', async () => {
  const early = await site.app.inject(multipart('/s/load', [['data', CSV, 'orders.csv']], { cut: 20 }));
  expect(early.statusCode).toBe(400);
  const whole = multipart('/s/load', [
    ['region', 'US'],
    ['data', CSV, 'orders.csv'],
  ]);
  for (let cut = 3; cut < whole.payload.length; cut += 1) {
    const { statusCode } = await site.app.inject({ ...whole, payload: whole.payload.subarray(0, -cut) });
    expect([cut, statusCode]).toEqual([cut, 400]);
  }
  const many = await site.app.inject(
    multipart(
      '/s/load',
      Array.from({ length: 1_200 }, (_, at): Part => [`n${at}`, '']),
    ),
  );
  expect(many.statusCode).toBe(413);
  const foreign = await site.app.inject(
    multipart('/s/load', [['data', CSV, 'orders.csv']], { headers: { origin: 'https://evil.example' } }),
  );
  expect(foreign.statusCode).toBe(403);
});

const api = (url: string, payload: string | object, type: string, headers = {}) => ({
  method: 'POST' as const,
  url: `/api/v1${url}`,
  payload,
  headers: { host: 'localhost', 'content-type': type, ...headers },
});
const OCTETS = 'application/octet-stream';
const JSON_TYPE = 'application/json';
const submit = (data: unknown, headers = {}) =>
  site.app.inject(api('/runs', { script: 'load', parameters: { data } }, JSON_TYPE, headers));

test('takes a file before the run, whole or in parts, and only from its sender', async () => {
  const whole = await site.app.inject(api('/uploads?name=orders.csv', CSV, OCTETS));
  expect(whole.statusCode).toBe(201);
  const { upload, sha256 } = whole.json<{ upload: string; sha256: string }>();
  const part = async (text: string) =>
    (await site.app.inject(api('/uploads/parts', text, OCTETS))).json<{ part: string }>().part;
  const parts = [await part(CSV.slice(0, 5)), await part(CSV.slice(5))];
  const join = (sizeBytes: number, headers = {}) =>
    site.app.inject(api('/uploads/joined', { name: 'orders.csv', sizeBytes, parts }, JSON_TYPE, headers));
  const joined = await join(CSV.length);
  expect(joined.json()).toMatchObject({ sha256, type: 'text/csv', sizeBytes: CSV.length });
  expect((await join(CSV.length + 1)).statusCode).toBe(422);

  const other = { authorization: `Bearer ${TOKEN}` };
  expect((await join(CSV.length, other)).statusCode).toBe(422);
  expect((await submit(upload, other)).statusCode).toBe(422);
  const run = await submit(upload);
  expect(run.statusCode).toBe(202);
  await site.clear();
  expect(run.json()).toMatchObject({ given: { data: { name: 'orders.csv', sha256 } } });
});

test.each(['/uploads?name=a.csv', '/uploads/parts'])('says what %s takes when it gets JSON', async (url) => {
  for (const json of ['null', '1', '{"pipe": 1}', '[]']) {
    const { statusCode, body } = await site.app.inject(api(url, json, JSON_TYPE));
    expect([statusCode, body], json).toEqual([422, expect.stringContaining(OCTETS)]);
  }
});

test('accepts nothing that only looks like a file', async () => {
  const file = { name: 'x.csv', sizeBytes: 1, sha256: '0'.repeat(64), type: 'text/csv' };
  for (const data of [file, [file], 'orders.csv', '0'.repeat(64), `run/x/${'0'.repeat(64)}`, 7]) {
    const { statusCode, body } = await submit(data);
    expect([statusCode, body], JSON.stringify(data)).toEqual([422, expect.stringContaining('"field":"data"')]);
  }
});

test('takes a form of the API with its file', async () => {
  const { statusCode, body } = await site.app.inject(
    multipart('/api/v1/runs', [
      ['script', 'load'],
      ['parameters', '{"region": "US"}'],
      ['data', CSV, 'orders.csv'],
    ]),
  );
  await site.clear();
  expect([statusCode, JSON.parse(body)]).toMatchObject([
    202,
    { given: { region: 'US', data: { name: 'orders.csv' } } },
  ]);
});

test('gives the file of an earlier run again, to who may, while the run is kept', async () => {
  const { upload } = (await site.app.inject(api('/uploads?name=a.csv', CSV, OCTETS))).json<{ upload: string }>();
  const run = (await submit(upload)).json<{ id: string; given: { data: { sha256: string } } }>();
  const again = `run/${run.id}/${run.given.data.sha256}`;
  const page = await site.app.inject({ url: `/runs/${run.id}`, headers: HEADERS });
  expect(page.body).toContain(`value="${again}" checked`);
  await site.finish();
  expect((await submit(again)).json()).toMatchObject({ given: { data: { name: 'a.csv' } } });
  await site.clear();
  const { sha256 } = run.given.data;
  expect(await site.ctx.runs.ownedBlobs(sha256.slice(0, 2))).toContain(sha256);
  for (const { id } of (await site.ctx.runs.list({ limit: 100 })).items) await site.ctx.runs.erase(id, Date.now());
  expect(await site.ctx.runs.ownedBlobs(sha256.slice(0, 2))).not.toContain(sha256);
  expect((await submit(again)).statusCode).toBe(422);
});
