import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppContext } from '../../../src/app/context.ts';
import type { DocumentSource, WrittenDocument } from '../../../src/domain/report/document-writer.ts';
import { openSite, type TestSite } from '../site.ts';

let site: TestSite;
let url: string;
const asked: DocumentSource[] = [];
let pictures: WrittenDocument['pictures'] = [];
const PDF = {
  name: 'pdf',
  label: 'PDF',
  extension: 'pdf',
  mime: 'application/pdf',
} as const;

beforeAll(async () => {
  site = await openSite();
  const ctx = site.ctx as { -readonly [Key in keyof AppContext]: AppContext[Key] };
  ctx.documents = {
    formats: [PDF, { ...PDF, name: 'docx', label: 'Word' }],
    missing: async (name) => (name === 'docx' ? { why: 'There is no pandoc.', remedy: 'Install it.' } : undefined),
    write: async (_name, source) => {
      asked.push(source);
      return { bytes: Buffer.from('%PDF'), pictures };
    },
    close: async () => undefined,
  };
  const answer = await site.app.inject({
    method: 'POST',
    url: '/api/v1/runs',
    headers: { host: 'localhost' },
    payload: { script: 'sales/weekly' },
  });
  url = `/api/v1/runs/${answer.json<{ id: string }>().id}`;
  await site.finish();
});
afterAll(async () => site.close());

const get = (path: string) => site.app.inject({ url: `${url}${path}`, headers: { host: 'localhost' } });

describe('the formats of a report', () => {
  test('are listed, and why some are missing', async () => {
    const { items } = (await get('/exports')).json<{ items: { name: string; missing?: string; url: string }[] }>();
    expect(items.map(({ name, missing }) => [name, missing])).toEqual([
      ['html', undefined],
      ['ipynb', undefined],
      ['slides', undefined],
      ['zip', undefined],
      ['pdf', undefined],
      ['docx', 'There is no pandoc.'],
    ]);
    expect(items[4]?.url).toBe(`${url}/export?to=pdf`);
  });

  test('are downloads, made from the report of the run and its date', async () => {
    const answer = await get('/export?to=pdf');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="Weekly sales.pdf"',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    });
    expect(answer.body).toBe('%PDF');
    const run = (await get('')).json<{ endedAt: string }>();
    expect(asked[0]).toMatchObject({ title: 'Weekly sales', madeAtMs: Date.parse(run.endedAt) });
    expect(Buffer.from((await asked[0]?.page()) ?? []).toString()).toContain('Weekly sales');
    expect(Buffer.from((await asked[0]?.plain({ hasPages: true })) ?? []).toString()).toContain('Weekly sales');
    expect((await get('/export?to=ipynb')).json()).toMatchObject({ nbformat: 4 });
  });

  test('come with their pictures as a zip', async () => {
    pictures = [{ path: 'report_files/picture-1.png', bytes: Buffer.from('png') }];
    const answer = await get('/export?to=pdf');
    pictures = [];
    expect(answer.headers['content-disposition']).toBe('attachment; filename="Weekly sales.zip"');
    expect(answer.body).toContain('report.pdf');
    expect(answer.body).toContain('report_files/picture-1.png');
    const archive = await get('/export?to=zip');
    expect(archive.headers['content-type']).toBe('application/zip');
    for (const name of ['report.html', 'report.ipynb', 'values.json']) expect(archive.body).toContain(name);
  });

  test.each([
    ['docx', 503, 'Word: There is no pandoc.'],
    ['exe', 422, 'There is no format “exe”. The formats are html, ipynb, slides, zip, pdf, docx.'],
  ])('%s is refused', async (to, status, detail) => {
    const answer = await get(`/export?to=${to}`);
    expect([answer.statusCode, answer.json()]).toEqual([status, expect.objectContaining({ detail })]);
  });
});
