/** Puts the files that were given to a run where its kernel reads them: in a folder of the run. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { diskFull, isDiskFull } from '../domain/disk.ts';
import { AppError } from '../domain/error.ts';
import { safeFileName } from '../domain/run/artifact.ts';
import type { BlobReader } from '../domain/run/blob.ts';
import type { FileValue } from '../domain/upload/upload.ts';

/** Of one file. Each has a folder of its own, so that two may have the same name. */
export function uploadPath(folder: string, { name }: FileValue, index: number): string {
  return join(folder, String(index + 1), safeFileName(name));
}

/** Folder of the run's files, in the folder of the run. */
export function uploadFolder(runFolder: string): string {
  return join(runFolder, 'upload');
}

/** Throws `internal` if the bytes are missing or damaged, `unavailable` if the disk is full. */
export async function placeUploads(
  { blobs }: { readonly blobs: Pick<BlobReader, 'open'> },
  folder: string,
  files: readonly FileValue[],
): Promise<void> {
  for (const [index, file] of files.entries()) {
    const path = uploadPath(folder, file, index);
    await mkdir(join(folder, String(index + 1)), { recursive: true, mode: 0o700 });
    await place(blobs, path, file);
  }
}

async function place(blobs: Pick<BlobReader, 'open'>, path: string, { name, sha256 }: FileValue): Promise<void> {
  const found = await blobs.open(sha256);
  if (found === undefined) throw new AppError('internal', `The uploaded file “${name}” is missing.`);
  const hash = createHash('sha256');
  async function* hashed(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  }
  try {
    await pipeline(found.stream, hashed, createWriteStream(path, { mode: 0o400, flags: 'wx' }));
  } catch (error) {
    throw isDiskFull(error) ? diskFull(error) : error;
  }
  if (hash.digest('hex') !== sha256) throw new AppError('internal', `The uploaded file “${name}” is damaged.`);
}
