/** Opens the blobs of a place, to read them or for both: no other file knows which kinds of places there are. */
import { join } from 'node:path';
import type { BlobPlace, BlobReader, BlobStore } from '../domain/run/blob.ts';
import { openBlobFolder, readBlobs } from './blob-disk.ts';

/** The usual place: in the data folder. */
export function blobsOfData(directory: string): BlobPlace {
  return { folder: join(directory, 'blobs') };
}

/** `isShared`: other processes use the place as well. Throws `conflict` where it cannot be used. */
export function openBlobs({ folder }: BlobPlace, isShared: boolean): Promise<BlobStore> {
  return openBlobFolder(folder, isShared);
}

/** Reads blobs that are there already; for other threads and processes. */
export async function openBlobReader({ folder }: BlobPlace): Promise<BlobReader> {
  return readBlobs(folder);
}
