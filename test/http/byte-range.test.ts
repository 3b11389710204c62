/** Downloads in parts, as players, download managers and `curl -C -` request them. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobPath } from '../../src/store/blob/blob-disk.ts';
import { openSite, type TestSite } from './site.ts';

let site: TestSite;
let url: string;
let etag: string;
const bytes = randomBytes(300_000);
const FILES = [
  ['film.mp4', bytes],
  ['one.bin', bytes.subarray(0, 1)],
] as const;

beforeAll(async () => {
  site = await openSite();
  const answer = await site.app.inject({
    method: 'POST',
    url: '/api/v1/runs',
    headers: { host: 'localhost' },
    payload: { script: 'sales/weekly' },
  });
  url = `/api/v1/runs/${answer.json<{ id: string }>().id}/artifacts`;
  const blobs = await Promise.all(FILES.map(([, content]) => site.ctx.blobs.put(content)));
  await site.finish(
    ...FILES.map(([name], at) => ({
      type: 'artifact-added' as const,
      artifact: { name, mime: 'video/mp4', ...blobs[at]! },
    })),
  );
  etag = `"${blobs[0]?.hash ?? ''}"`;
});
afterAll(async () => site.close());

const get = (headers: Record<string, string>, name = 'film.mp4', method: 'GET' | 'HEAD' = 'GET') =>
  site.app.inject({ method, url: `${url}/${name}`, headers: { host: 'localhost', ...headers } });

describe('a download', () => {
  test('is whole, and says that it can be read in parts', async () => {
    for (const method of ['GET', 'HEAD'] as const) {
      const { statusCode, headers } = await get({}, 'film.mp4', method);
      expect([statusCode, headers['accept-ranges'], headers['etag'], headers['content-length']]).toEqual([
        200,
        'bytes',
        etag,
        '300000',
      ]);
    }
  });

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-99', 0, 99],
    ['bytes=299999-', 299_999, 299_999],
    ['bytes=100000-200000', 100_000, 200_000],
    ['bytes=5-999999999', 5, 299_999],
    ['bytes=-10', 299_990, 299_999],
    ['bytes=-999999', 0, 299_999],
    ['BYTES= 7-9', 7, 9],
  ])('in part: %s', async (range, first, last) => {
    const { statusCode, headers, rawPayload } = await get({ range });
    expect([statusCode, headers['content-range'], headers['content-length'], headers['content-type']]).toEqual([
      206,
      `bytes ${first}-${last}/300000`,
      `${last - first + 1}`,
      'video/mp4',
    ]);
    expect(rawPayload.equals(bytes.subarray(first, last + 1))).toBe(true);
    expect(headers['content-security-policy']).toBe("sandbox; default-src 'none'; frame-ancestors 'none'");
  });

  test.each(['bytes=300000-', 'bytes=300000-300001', 'bytes=-0', 'bytes=999999999999999-'])(
    'beyond its end: %s',
    async (range) => {
      const { statusCode, headers, body } = await get({ range });
      expect([statusCode, headers['content-range']]).toEqual([416, 'bytes */300000']);
      expect(body).toContain('The file has 300000 bytes');
      expect(headers['content-disposition']).toBeUndefined();
    },
  );

  test.each([
    'bytes=5-4',
    'bytes=0-1,5-6',
    'lines=0-1',
    'bytes=a-b',
    'bytes=-',
    'bytes',
    '',
    `bytes=${'9'.repeat(400)}-`,
  ])('is whole where the range is none that can be answered: %s', async (range) => {
    const { statusCode, rawPayload } = await get({ range });
    expect([statusCode, rawPayload.equals(bytes)]).toEqual([200, true]);
  });

  test('goes on only if it is the same version of the file', async () => {
    const range = 'bytes=1-2';
    expect((await get({ range, 'if-range': etag })).statusCode).toBe(206);
    for (const other of ['"other"', `W/${etag}`, 'Wed, 21 Oct 2015 07:28:00 GMT'])
      expect((await get({ range, 'if-range': other })).statusCode).toBe(200);
    expect((await get({ range }, 'film.mp4', 'HEAD')).statusCode).toBe(200);
  });

  test('has the bytes of the file, whatever part is requested', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(310_000), fc.nat(310_000), async (first, last) => {
        const { statusCode, rawPayload } = await get({ range: `bytes=${first}-${last}` });
        const expected = last < first ? 200 : first >= bytes.length ? 416 : 206;
        expect(statusCode).toBe(expected);
        if (expected === 206) expect(rawPayload.equals(bytes.subarray(first, last + 1))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('that is gone is not found in part either', async () => {
    const hash = (await site.ctx.blobs.put(bytes.subarray(0, 1))).hash;
    expect((await get({ range: 'bytes=0-0' }, 'one.bin')).rawPayload).toEqual(bytes.subarray(0, 1));
    rmSync(blobPath(join(site.folder, 'data/blobs'), hash));
    expect((await get({ range: 'bytes=0-0' }, 'one.bin')).statusCode).toBe(404);
  });
});
