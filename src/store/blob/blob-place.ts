/** Opens the blobs of a place, to read them or for both: no other file knows which kinds of places there are. */
import { join } from 'node:path';
import type { BlobPlace, BlobReader, FolderPlace, OpenBlobs, StateListener } from '../../domain/run/blob.ts';
import type { Engine } from '../engine/engine.ts';
import { folderMark, pairPlace, type NewPlace } from './blob-pair.ts';
import { createClaims, guardDeletion } from './blob-claim.ts';
import { dataFileProblem } from '../data-file.ts';
import { openBlobFolder, readBlobs } from './blob-disk.ts';

/** The usual place: in the data folder. */
export function blobsOfData(directory: string): FolderPlace {
  return { folder: join(directory, 'blobs'), isUsual: true };
}

/**
 * For one process of a database. What a bucket needs is loaded only for one. `claim`: of who shares the database;
 * `onChange`: see `openBucket`. Throws `conflict` if the place is unusable.
 */
export async function openBlobs(
  place: BlobPlace,
  engine: Engine,
  claim = createClaims(engine),
  onChange?: StateListener,
): Promise<OpenBlobs> {
  if ('folder' in place) {
    if (!place.isUsual)
      await pairPlace(engine, folderMark(place.folder)).catch((error: unknown) => {
        throw dataFileProblem(place.folder, error);
      });
    // in a folder of one process, a deletion is one step
    const blobs = engine.isShared
      ? guardDeletion(await openBlobFolder(place.folder, true, claim), engine)
      : await openBlobFolder(place.folder);
    return { blobs, problem: () => undefined, close: () => undefined };
  }
  const { openBucket } = await import('../bucket/bucket-open.ts');
  return openBucket(place, engine, claim, onChange);
}

/** A place that is not yet the one of the database. Throws `conflict` if it is unusable. */
export async function openNewPlace(place: BlobPlace): Promise<NewPlace> {
  if ('folder' in place) {
    const mark = place.isUsual ? undefined : folderMark(place.folder);
    return { blobs: await openBlobFolder(place.folder, true), mark, close: () => undefined };
  }
  const { openNewBucket } = await import('../bucket/bucket-open.ts');
  return openNewBucket(place);
}

/** Reads blobs that are there already; for other threads and processes. */
export async function openBlobReader(place: BlobPlace): Promise<BlobReader> {
  if ('folder' in place) return readBlobs(place.folder);
  const { openBucketReader } = await import('../bucket/bucket-open.ts');
  return openBucketReader(place);
}
