/** A report of which some files are missing or damaged: the rest is shown, and the operator learns which they are. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentSource } from '../../../src/domain/report/document-writer.ts';
import type { BlobReference, RunEvent, StoredBundle } from '../../../src/domain/run/run-event.ts';
import { loadScript } from '../../../src/app/report/report-load.ts';
import { checkReportFiles } from '../../../src/cli/doctor/doctor-file.ts';
import { blobPath } from '../../../src/store/blob/blob-disk.ts';
import { blobsOfData } from '../../../src/store/blob/blob-place.ts';
import { openSite, type TestSite } from '../site.ts';

const SENTENCE = 'This output cannot be shown: its bytes are missing or damaged in the store.';
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let site: TestSite;
let id: string;
const asked: DocumentSource[] = [];
const hashes = { missing: '', damaged: '', json: '', file: '', kept: '' };
const place = () => blobsOfData(join(site.folder, 'data'));

async function stored(bytes: string | Buffer, encoding: BlobReference['encoding']): Promise<BlobReference> {
  const { hash, sizeBytes } = await site.ctx.blobs.put(Buffer.from(bytes));
  return { $blob: hash, sizeBytes, encoding };
}

const display = (data: StoredBundle): RunEvent => ({
  type: 'output-added',
  cell: 2,
  output: { type: 'display', data, metadata: {} },
});

const damage = (hash: string) => {
  const path = blobPath(place().folder, hash);
  rmSync(path);
  writeFileSync(path, 'other bytes');
};

beforeAll(async () => {
  site = await openSite();
  Object.assign(site.ctx, {
    documents: {
      formats: [{ name: 'pdf', label: 'PDF', extension: 'pdf', mime: 'application/pdf' }],
      missing: async () => undefined,
      write: async (_name: string, source: DocumentSource) => {
        asked.push(source);
        return { bytes: Buffer.from('%PDF'), pictures: [] };
      },
      close: async () => undefined,
    },
  });
  const answer = await site.app.inject({
    method: 'POST',
    url: '/api/v1/runs',
    headers: { host: 'localhost' },
    payload: { script: 'sales/weekly' },
  });
  ({ id } = answer.json<{ id: string }>());
  const [missing, damaged, json, kept] = await Promise.all([
    stored('<p>missing</p>', 'text'),
    stored(PICTURE, 'base64'),
    stored('{"a": 1}', 'json'),
    stored('<p>kept</p>', 'text'),
  ]);
  const file = await site.ctx.blobs.put(Buffer.from('a,b\n'));
  Object.assign(hashes, { missing: missing.$blob, damaged: damaged.$blob, json: json.$blob, kept: kept.$blob });
  hashes.file = file.hash;
  await site.finish(
    display({ 'text/html': missing }),
    display({ 'image/png': damaged }),
    display({ 'application/json': json }),
    display({ 'text/html': kept }),
    { type: 'artifact-added', artifact: { name: 'a.csv', mime: 'text/csv', ...file } },
  );
  for (const hash of [hashes.missing, hashes.file]) rmSync(blobPath(place().folder, hash));
  for (const hash of [hashes.damaged, hashes.json]) damage(hash);
});
afterAll(async () => site.close());

const get = (path: string) => site.app.inject({ url: path, headers: { host: 'localhost' } });
const count = (text: string) => text.split(SENTENCE).length - 1;

describe('a report with missing and damaged files', () => {
  test('shows everything else, and a sentence in place of each', async () => {
    const { statusCode, body } = await get(`/runs/${id}/report`);
    expect([statusCode, count(body)]).toEqual([200, 3]);
    expect(body).toContain('<p>kept</p>');
  });

  test('is exported with the same sentences', async () => {
    for (const format of ['html', 'ipynb', 'slides']) {
      const { statusCode, body } = await get(`/api/v1/runs/${id}/export?to=${format}`);
      expect([format, statusCode, count(body)]).toEqual([format, 200, 3]);
      expect(body).toContain('<p>kept</p>');
    }
    expect((await get(`/api/v1/runs/${id}/export?to=pdf`)).statusCode).toBe(200);
    const plain = await asked[0]?.plain({ hasPages: false });
    expect(count(Buffer.from(plain ?? []).toString())).toBe(3);
  });

  test('is archived with a sentence in place of the download', async () => {
    const { statusCode, rawPayload } = await get(`/api/v1/runs/${id}/export?to=zip`);
    expect(statusCode).toBe(200);
    expect(rawPayload.includes('files/a.csv')).toBe(true);
    expect((await get(`/api/v1/runs/${id}/artifacts/a.csv`)).statusCode).toBe(404);
  });

  test('is named by doctor, with each of its files', async () => {
    const data = join(site.folder, 'data');
    const finding = await checkReportFiles({ data, database: undefined, blobs: place() });
    expect(finding.state).toBe('problem');
    expect(finding.text).toMatch(/; 4 are missing or damaged\.\n/);
    for (const hash of [hashes.missing, hashes.damaged, hashes.json, hashes.file])
      expect(finding.text).toMatch(new RegExp(`${hash} \\(.*\\) of sales/weekly \\(${id}\\)`));
    expect(finding.text).not.toContain(hashes.kept);
  });

  test('says so if its notebook is damaged', async () => {
    const run = await site.ctx.runs.find(id);
    damage(run!.revision);
    await expect(loadScript(site.ctx, run!)).rejects.toMatchObject({
      code: 'gone',
      message: expect.stringMatching(/^The notebook of this report was deleted or is damaged/),
    });
  });
});
