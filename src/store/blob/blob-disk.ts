/**
 * Stores bytes by content hash as files: `blobs/ab/cdef…`, read-only, synced with their folder before anyone learns of
 * them.
 */
import { createHash, hash as hashAtOnce, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { readFileSync, renameSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { syncPath } from '../../disk/folder-sync.ts';
import { DamagedBlobError, type Blob, type BlobReader, type BlobStore } from '../../domain/run/blob.ts';
import { diskFull, isDiskFull } from '../../domain/disk.ts';
import { DAY_MS } from '../../domain/milliseconds.ts';
import type { ClaimBlob } from './blob-claim.ts';
import { dataFileProblem } from '../data-file.ts';
import { removeOldFiles, writeSynced } from '../synced-file.ts';

const HASH = /^[0-9a-f]{64}$/;
const TEMPORARY = 'temporary';
/** Codes of the system for one file that cannot be read, now or later. */
const UNREADABLE: ReadonlySet<string> = new Set(['EACCES', 'EBADMSG', 'EIO', 'EISDIR', 'EPERM', 'EUCLEAN']);
/** Number of bytes hashed and written at a time; other work runs between the pieces. */
const CHUNK_BYTES = 1_000_000;
/** Up to this size, passing the system calls to another thread takes many times as long as the calls. */
const READ_AT_ONCE_BYTES = 100_000;

/**
 * Opens the folder, created if needed; removes what a crash left half written: in a folder that other processes use,
 * after a day. `claim`: for a folder whose bytes other processes delete.
 */
export async function openBlobFolder(folder: string, isShared = false, claim?: ClaimBlob): Promise<BlobStore> {
  await (
    isShared
      ? removeOldFiles(join(folder, TEMPORARY), DAY_MS)
      : rm(join(folder, TEMPORARY), { recursive: true, force: true })
  )
    .then(() => mkdir(join(folder, TEMPORARY), { recursive: true, mode: 0o700 }))
    .catch((error: unknown) => {
      throw dataFileProblem(folder, error);
    });
  let written = 0;
  const own = isShared ? `${randomUUID()}-` : '';
  const temporary = () => join(folder, TEMPORARY, `${own}${(written += 1)}`);
  const store = (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) =>
    write({ folder, claim }, temporary(), chunks);
  return {
    async put(bytes) {
      const blob = { hash: await hashOf(bytes), sizeBytes: bytes.byteLength };
      await claim?.(blob);
      return refresh(folder, blob.hash) ? blob : store(slicesOf(bytes));
    },
    putStream: (chunks) => store(chunks),
    ...readBlobs(folder),
    async delete(hash, unusedSinceMs = Infinity) {
      return HASH.test(hash) ? remove(blobPath(folder, hash), { unusedSinceMs, doomed: temporary() }) : 0;
    },
    list: () => list(folder),
    removeParts: () => removeOldFiles(join(folder, TEMPORARY), DAY_MS),
  };
}

/** Reads blobs that are there already. */
export function readBlobs(folder: string): BlobReader {
  const pathOf = (hash: string) => (HASH.test(hash) ? blobPath(folder, hash) : undefined);
  const openFile = async (hash: string) => {
    const path = pathOf(hash);
    return path === undefined ? undefined : absent(open(path)).catch(unreadable(path));
  };
  return {
    async get(hash) {
      const path = pathOf(hash);
      const bytes = path === undefined ? undefined : await absent(read(path)).catch(unreadable(path));
      if (path === undefined || bytes === undefined || (await hashOf(bytes)) === hash) return bytes;
      throw new DamagedBlobError(`The file ${path}`, 'its checksum differs');
    },
    async open(hash) {
      const file = await openFile(hash);
      if (file === undefined) return undefined;
      const { size } = await file.stat();
      return { sizeBytes: size, stream: file.createReadStream() };
    },
    async openPart(hash, { first, last }) {
      const file = await openFile(hash);
      return file?.createReadStream({ start: first, end: last });
    },
  };
}

async function read(path: string): Promise<Buffer> {
  return statSync(path).size <= READ_AT_ONCE_BYTES ? readFileSync(path) : readFile(path);
}

/** Long ones in pieces, between which other work runs. */
async function hashOf(bytes: Uint8Array): Promise<string> {
  if (bytes.byteLength <= CHUNK_BYTES) return hashAtOnce('sha256', bytes, 'hex');
  const hash = createHash('sha256');
  for (const slice of slicesOf(bytes)) {
    hash.update(slice);
    await setImmediate();
  }
  return hash.digest('hex');
}

function* slicesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** Path of a blob; the argument must be a hash. */
export function blobPath(folder: string, hash: string): string {
  return join(folder, hash.slice(0, 2), hash.slice(2));
}

/** True when the blob exists; its age is reset, so that a sweep leaves it to its new user. */
function refresh(folder: string, hash: string): boolean {
  try {
    const now = new Date();
    utimesSync(blobPath(folder, hash), now, now);
    return true;
  } catch {
    return false;
  }
}

/** Out of reach at once, so that no `refresh` comes between the check and the removal; freeing bytes takes longer. */
async function remove(
  path: string,
  { unusedSinceMs, doomed }: { readonly unusedSinceMs: number; readonly doomed: string },
): Promise<number> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.mtimeMs >= unusedSinceMs) return 0;
  renameSync(path, doomed);
  // the processes of a shared folder remove what seems to be left there
  await absent(unlink(doomed));
  return found.size;
}

async function write(
  { folder, claim }: { readonly folder: string; readonly claim: ClaimBlob | undefined },
  temporary: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Blob> {
  try {
    const { hash, sizeBytes } = await writeSynced(temporary, chunks);
    await claim?.({ hash, sizeBytes });
    if (refresh(folder, hash)) {
      await rm(temporary);
      return { hash, sizeBytes };
    }
    const home = join(folder, hash.slice(0, 2));
    if ((await mkdir(home, { recursive: true, mode: 0o700 })) !== undefined) await syncPath(folder);
    await rename(temporary, blobPath(folder, hash));
    await syncPath(home);
    return { hash, sizeBytes };
  } catch (error) {
    await rm(temporary, { force: true });
    throw isDiskFull(error) ? diskFull(error) : error;
  }
}

function unreadable(path: string) {
  return (error: NodeJS.ErrnoException) => {
    const { code = '' } = error;
    throw UNREADABLE.has(code) ? new DamagedBlobError(`The file ${path}`, `it cannot be read (${code})`, error) : error;
  };
}

async function absent<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function* list(folder: string) {
  for (const prefix of await readdir(folder)) {
    if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
    yield { prefix, hashes: (await readdir(join(folder, prefix))).map((rest) => prefix + rest) };
  }
}
