/** Files that are on the disk when they are said to be, with the SHA-256 of their bytes. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blob } from '../domain/run/blob.ts';

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Makes the file; throws `EEXIST` where there is one. */
export async function writeSynced(path: string, chunks: Chunks, mode = 0o400): Promise<Blob> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path, 'wx', mode);
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
      await file.appendFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { hash: hash.digest('hex'), sizeBytes };
}

/** The SHA-256 of a file, as hexadecimal digits. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** In the folder itself; none if there is no folder. */
export async function removeOldFiles(folder: string, leastAgeMs: number): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < Date.now() - leastAgeMs) await rm(join(folder, name), { force: true });
  }
}
