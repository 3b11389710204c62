/** The contract of blobs on a real S3 server, and what only a bucket can show. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BucketPlace } from '../../src/domain/run/blob.ts';
import type { ClaimBlob } from '../../src/store/blob/blob-claim.ts';
import { openBlobReader } from '../../src/store/blob/blob-place.ts';
import { createBucket } from '../../src/store/bucket/bucket-client.ts';
import { createBucketStore } from '../../src/store/bucket/bucket-store.ts';
import { openStore } from '../../src/store/open.ts';
import { testBlobStore } from './blob-contract.ts';
import { startCeph, type CephServer } from './ceph.ts';
import { testRefusals } from './contract-refusal.ts';
import { newRun } from './contract.ts';

const base = mkdtempSync(join(tmpdir(), 'bucket-'));
const IS_THERE = process.env['SCRIPT_RUNNER_CEPH'] !== undefined;
let server: CephServer;
let count = 0;

function newPlace(changes: Partial<BucketPlace> = {}): BucketPlace {
  const prefix = `p${(count += 1)}/`;
  return {
    bucket: 'reports',
    prefix,
    shown: `s3://reports/${prefix.slice(0, -1)}`,
    endpoint: server.endpoint,
    region: undefined,
    pathStyle: true,
    key: server.key,
    temporary: join(base, `uploads-${count}`),
    ...changes,
  };
}
const storeOf = (place: BucketPlace, claim?: ClaimBlob) =>
  createBucketStore(createBucket(place), place.temporary, claim);
const keyOf = (place: BucketPlace, hash: string) => ({
  Bucket: place.bucket,
  Key: `${place.prefix}${hash.slice(0, 2)}/${hash.slice(2)}`,
});

beforeAll(async () => {
  if (!IS_THERE) return;
  server = await startCeph();
  await createBucket(newPlace()).client.send(new CreateBucketCommand({ Bucket: 'reports' }));
}, 120_000);
afterAll(async () => {
  if (IS_THERE) await server.stop();
  rmSync(base, { recursive: true });
});

describe.skipIf(!IS_THERE)('the S3 server Ceph (needs ceph)', () => {
  testBlobStore('Ceph', async (claim) => {
    const place = newPlace();
    const damage = async (hash: string, Body: Uint8Array) => {
      await createBucket(place).client.send(new PutObjectCommand({ ...keyOf(place, hash), Body }));
    };
    return { store: await storeOf(place, claim), reader: await openBlobReader(place), damage };
  });

  describe('bytes in a bucket', () => {
    it('that were damaged are never given to their end', async () => {
      const place = newPlace();
      const store = await storeOf(place);
      const { client } = createBucket(place);
      for (const sizeBytes of [5, 9 << 20]) {
        const { hash } = await store.put(randomBytes(sizeBytes));
        await client.send(new PutObjectCommand({ ...keyOf(place, hash), Body: randomBytes(sizeBytes) }));
        let read = 0;
        const reading = async () => {
          for await (const piece of (await store.open(hash))!.stream) read += piece.byteLength;
        };
        await expect(reading()).rejects.toMatchObject({ message: expect.stringContaining('checksum differs') });
        expect(read).toBeLessThan(sizeBytes);
        await expect(store.get(hash)).rejects.toMatchObject({ code: 'internal' });
      }
    });

    it('are sent in parts when there are many, and leave nothing in the temporary folder', async () => {
      const place = newPlace();
      const store = await storeOf(place);
      const chunks = async function* () {
        for (let at = 0; at < 40; at += 1) yield randomBytes(1 << 20);
      };
      const { hash } = await store.putStream(chunks());
      const { ETag } = await createBucket(place).client.send(new GetObjectCommand(keyOf(place, hash)));
      expect(ETag).toMatch(/-3"$/);
      expect(readdirSync(place.temporary)).toEqual([]);
    });
  });

  testRefusals(() => server, newPlace);

  describe('a database and its bucket', () => {
    const open = (name: string, blobs?: BucketPlace) =>
      openStore(join(base, name), { retainMs: 1000 }, blobs === undefined ? {} : { blobs });

    it('belong together, whichever of them is exchanged', async () => {
      const place = newPlace();
      const one = await open('one', place);
      const { hash } = await one.blobs.put(Buffer.from('a notebook'));
      // claimed for the run that is about to be submitted
      expect(await one.blobs.delete(hash)).toBe(0);
      await one.runs.create(newRun('a', { revision: hash }), 1, 10);
      await one.close();
      await expect(open('two', place)).rejects.toThrow('belongs to another database');
      await expect(open('one', newPlace())).rejects.toThrow('does not have the files of the reports');
      await expect(open('one')).rejects.toThrow(`are in ${place.shown}. Set artifacts`);
      const again = await open('one', place);
      expect(String(Buffer.from((await again.blobs.get(hash))!))).toBe('a notebook');
      await again.close();
    });

    it('without the server: refuses at once what would be stored, says so, and goes on afterwards', async () => {
      const store = await open('three', newPlace());
      const { hash } = await store.blobs.put(Buffer.from('x'));
      await server.halt();
      try {
        await expect(store.blobs.put(Buffer.from('y'))).rejects.toMatchObject({ code: 'unavailable' });
        await expect(store.blobs.get(hash)).rejects.toMatchObject({ code: 'unavailable' });
        await expect.poll(() => store.storageProblem(), { timeout: 30_000 }).toContain('store does not answer');
      } finally {
        await server.resume();
      }
      await expect.poll(() => store.storageProblem(), { timeout: 30_000 }).toBeUndefined();
      expect(await store.blobs.get(hash)).toHaveLength(1);
      await store.close();
    });
  });
});
