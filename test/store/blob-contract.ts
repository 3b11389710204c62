/** The contract of every blob store, whatever keeps the bytes. */
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { DamagedBlobError, type BlobReader, type BlobStore } from '../../src/domain/run/blob.ts';
import type { ClaimBlob } from '../../src/store/blob/blob-claim.ts';

export interface OpenBlobs {
  readonly store: BlobStore;
  /** As another thread or process reads the same bytes. */
  readonly reader: BlobReader;
  /** Replaces the stored bytes of a hash, past the store. */
  readonly damage: (hash: string, bytes: Uint8Array) => Promise<void>;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const HOUR_MS = 3_600_000;

/** Bytes of a size that no buffer may hold at once, the same at each call. */
async function* pieces(count: number, piece: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at += 1) yield piece;
}

/** `open`: an empty store, with a claim before what it stores. */
export function testBlobStore(name: string, open: (claim?: ClaimBlob) => Promise<OpenBlobs>): void {
  describe(`blob store: ${name}`, () => {
    const hashesOf = async ({ store }: OpenBlobs) =>
      (await Array.fromAsync(store.list())).flatMap(({ hashes }) => hashes);

    it('stores bytes and streams once, by their hash, and gives them back', async () => {
      const opened = await open();
      const { store, reader } = opened;
      const first = await store.put(Buffer.from('same'));
      expect(first).toEqual({ hash: sha256(Buffer.from('same')), sizeBytes: 4 });
      const same = async function* () {
        yield* [Buffer.from('sa'), Buffer.from('me')];
      };
      expect(await store.putStream(same())).toEqual(first);
      expect(await store.put(Buffer.from('same'))).toEqual(first);
      const empty = await store.put(Buffer.alloc(0));
      expect((await hashesOf(opened)).sort()).toEqual([first.hash, empty.hash].sort());
      for (const from of [store, reader]) {
        expect(String(Buffer.from((await from.get(first.hash))!))).toBe('same');
        expect(await from.get(empty.hash)).toHaveLength(0);
        const blob = await from.open(first.hash);
        expect([blob?.sizeBytes, String(await buffer(blob!.stream))]).toEqual([4, 'same']);
        for (const wrong of ['0'.repeat(64), '../../secret.key', ''])
          expect([await from.get(wrong), await from.open(wrong)]).toEqual([undefined, undefined]);
      }
    });

    it('gives no bytes as those of a hash that they do not have', async () => {
      const { store, reader, damage } = await open();
      for (const bytes of [Buffer.from('other'), Buffer.alloc(0), Buffer.from('sam')]) {
        const { hash } = await store.put(Buffer.from(`same as ${bytes.byteLength}`));
        await damage(hash, bytes);
        for (const from of [store, reader])
          await expect(from.get(hash)).rejects.toSatisfy(
            (error) => error instanceof DamagedBlobError && error.message.includes(hash.slice(2)),
          );
      }
    });

    it('lists every hash once, in lists that begin with the same two digits', async () => {
      const { store } = await open();
      const put = await Promise.all(Array.from({ length: 30 }, (_, at) => store.put(Buffer.from(`${at}`))));
      const listed = await Array.fromAsync(store.list());
      expect(listed.flatMap(({ hashes }) => hashes).sort()).toEqual(put.map(({ hash }) => hash).sort());
      for (const { prefix, hashes } of listed) expect(hashes.filter((hash) => !hash.startsWith(prefix))).toEqual([]);
    });

    it('stores and reads many megabytes in pieces, and stops where the reader stops', async () => {
      const { store, reader } = await open();
      const piece = randomBytes(1 << 20);
      const hash = createHash('sha256');
      for await (const each of pieces(40, piece)) hash.update(each);
      const stored = await store.putStream(pieces(40, piece));
      expect(stored).toEqual({ hash: hash.digest('hex'), sizeBytes: 40 << 20 });
      const again = createHash('sha256');
      let largest = 0;
      for await (const each of (await reader.open(stored.hash))!.stream) {
        again.update(each);
        largest = Math.max(largest, each.byteLength);
      }
      expect(again.digest('hex')).toBe(stored.hash);
      expect(largest).toBeLessThanOrEqual(16 << 20);
      let seen = 0;
      for await (const each of (await reader.open(stored.hash))!.stream) {
        seen = each.byteLength;
        break;
      }
      expect(seen).toBeGreaterThan(0);
    });

    it('reads any part of the bytes, also one longer than is read at a time', async () => {
      const { store, reader } = await open();
      const bytes = randomBytes(20 << 20);
      const { hash } = await store.put(bytes);
      for (const from of [store, reader]) {
        for (const [first, last] of [
          [0, 0],
          [5, 9],
          [bytes.length - 1, bytes.length - 1],
          [1, bytes.length - 2],
        ] as const) {
          const part = await buffer((await from.openPart(hash, { first, last }))!);
          expect(part.equals(bytes.subarray(first, last + 1))).toBe(true);
        }
        for (const wrong of ['0'.repeat(64), '../x'])
          expect(await from.openPart(wrong, { first: 0, last: 0 })).toBeUndefined();
      }
    });

    it('stores nothing of a stream that fails', async () => {
      const opened = await open();
      async function* failing() {
        yield Buffer.from('begun');
        throw new Error('the source is gone');
      }
      await expect(opened.store.putStream(failing())).rejects.toThrow('the source is gone');
      expect(await hashesOf(opened)).toEqual([]);
    });

    it('stores the same bytes once for many at the same time', async () => {
      const opened = await open();
      const put = await Promise.all(Array.from({ length: 8 }, () => opened.store.put(Buffer.from('at once'))));
      expect(new Set(put.map(({ hash }) => hash)).size).toBe(1);
      expect(await hashesOf(opened)).toEqual([put[0]?.hash]);
    });

    it('has the bytes even if they were deleted until their claim was granted', async () => {
      const claimed: number[] = [];
      const opened = await open(async ({ hash, sizeBytes }) => {
        await opened.store.delete(hash);
        claimed.push(sizeBytes);
      });
      const { store, reader } = opened;
      const bytes = Buffer.from('claimed');
      for (const put of [() => store.put(bytes), () => store.putStream(pieces(1, bytes))])
        for (let time = 0; time < 2; time += 1) {
          claimed.length = 0;
          expect(await reader.get((await put()).hash)).toHaveLength(7);
          expect(new Set(claimed)).toEqual(new Set([7]));
        }
    });

    it('deletes bytes that nobody has put since, and says how many', async () => {
      const { store, reader } = await open();
      const { hash } = await store.put(Buffer.from('seven b'));
      expect(await store.delete(hash, Date.now() - HOUR_MS)).toBe(0);
      expect(await reader.get(hash)).toBeDefined();
      expect(await store.delete(hash)).toBe(7);
      expect(await reader.get(hash)).toBeUndefined();
      expect([await store.delete(hash), await store.delete('../x')]).toEqual([0, 0]);
    });
  });
}
