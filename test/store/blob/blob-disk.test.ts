/** The contract of blobs on disk, and what only a folder can show. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { blobPath, openBlobFolder } from '../../../src/store/blob/blob-disk.ts';
import { openBlobReader, openBlobs } from '../../../src/store/blob/blob-place.ts';
import { openSqlite } from '../../../src/store/engine/sqlite.ts';
import { testBlobStore } from '../blob-contract.ts';

const base = mkdtempSync(join(tmpdir(), 'blobs-'));
let folders = 0;
const newPlace = () => ({ folder: join(base, String((folders += 1))), isUsual: true });
const damageIn = (folder: string) => async (hash: string, bytes: Uint8Array) => {
  rmSync(blobPath(folder, hash));
  writeFileSync(blobPath(folder, hash), bytes);
};
afterAll(() => rmSync(base, { recursive: true }));

testBlobStore('a folder', async (claim) => {
  const place = newPlace();
  const store = await openBlobFolder(place.folder, false, claim);
  return { store, reader: await openBlobReader(place), damage: damageIn(place.folder) };
});

testBlobStore('a folder that processes share', async (claim) => {
  const place = newPlace();
  const store = await openBlobFolder(place.folder, true, claim);
  return { store, reader: await openBlobReader(place), damage: damageIn(place.folder) };
});

it('names a file that is a folder as damaged', async () => {
  const { folder } = newPlace();
  const store = await openBlobFolder(folder);
  const { hash } = await store.put(Buffer.from('x'));
  rmSync(blobPath(folder, hash));
  mkdirSync(blobPath(folder, hash));
  await expect(store.get(hash)).rejects.toMatchObject({
    name: 'DamagedBlobError',
    message: expect.stringMatching(/cannot be read \(EISDIR\)/),
  });
});

it('leaves read-only files, and what others are writing', async () => {
  const place = newPlace();
  const left = (name: string) => join(place.folder, 'temporary', name);
  mkdirSync(left('.'), { recursive: true });
  for (const name of ['young', 'old']) writeFileSync(left(name), '');
  utimesSync(left('old'), 0, 0);
  const store = await openBlobFolder(place.folder, true);
  expect([existsSync(left('young')), existsSync(left('old'))]).toEqual([true, false]);
  const { hash } = await store.put(Buffer.from('x'));
  expect(statSync(join(place.folder, hash.slice(0, 2), hash.slice(2))).mode & 0o777).toBe(0o400);
  await openBlobFolder(place.folder);
  expect(existsSync(left('young'))).toBe(false);
});

it('asks no database where one process has the folder for itself', async () => {
  const engine = openSqlite(':memory:');
  // which has no tables
  const { blobs } = await openBlobs(newPlace(), engine);
  const { hash } = await blobs.put(Buffer.from('x'));
  expect(await blobs.delete(hash)).toBe(1);
  await engine.close();
});

it('keeps bytes that are put again while their deletion is under way, and leaves nothing', async () => {
  const place = newPlace();
  const store = await openBlobFolder(place.folder);
  const bytes = (at: number) => Buffer.from(`bytes ${at}`);
  const blobs = await Promise.all(Array.from({ length: 20 }, (_, at) => store.put(bytes(at))));
  const freed = blobs.map(({ hash }) => store.delete(hash));
  await Promise.all(blobs.slice(0, 10).map((_, at) => store.put(bytes(at))));
  expect(await Promise.all(freed)).toEqual(blobs.map(({ sizeBytes }) => sizeBytes));
  const kept = await Promise.all(blobs.map(({ hash }) => store.get(hash)));
  expect(kept.map((each) => each !== undefined)).toEqual(blobs.map((_, at) => at < 10));
  expect(readdirSync(join(place.folder, 'temporary'))).toEqual([]);
});
