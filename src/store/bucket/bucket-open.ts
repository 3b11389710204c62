/** Opens a bucket for one database: proves the rights, and that the bucket belongs to no other database. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { BlobReader, BucketPlace, OpenBlobs } from '../../domain/run/blob.ts';
import type { Engine } from '../engine/engine.ts';
import { createClaims, guardDeletion } from '../blob-claim.ts';
import { pairPlace, type Mark } from '../blob-pair.ts';
import { IDENTITY } from '../identity.ts';
import { createBucket, readText, withinTime, type Bucket } from './bucket-client.ts';
import { bucketFailure, bucketRefusal } from './bucket-problem.ts';
import { createBucketReader } from './bucket-read.ts';
import { checkRights } from './bucket-right.ts';
import { abortOldUploads, createBucketStore } from './bucket-store.ts';

/** How long an answer about the store's state counts. */
const LOOK_MS = 2_000;

/** Reads what is there already. */
export function openBucketReader(place: BucketPlace): BlobReader {
  return createBucketReader(createBucket(place));
}

/** Throws `conflict` with a sentence for what prevents the use of the bucket; then nothing was changed there. */
export async function openBucket(place: BucketPlace, engine: Engine, claim = createClaims(engine)): Promise<OpenBlobs> {
  const bucket = createBucket(place);
  try {
    await checkRights(bucket);
    await pairPlace(engine, bucketMark(bucket));
    await abortOldUploads(bucket);
    const blobs = guardDeletion(await createBucketStore(bucket, place.temporary, claim), engine);
    return { blobs, problem: watchState(bucket), close: () => bucket.client.destroy() };
  } catch (error) {
    bucket.client.destroy();
    throw bucketRefusal(bucket.shown, error);
  }
}

/** As `openBucket` proves it. Leaves nothing in the bucket. */
export async function checkBucket(place: BucketPlace): Promise<void> {
  const bucket = createBucket(place);
  try {
    await checkRights(bucket);
  } catch (error) {
    throw bucketRefusal(bucket.shown, error);
  } finally {
    bucket.client.destroy();
  }
}

/** The mark of a bucket; of two that write it, one is first. */
function bucketMark(bucket: Bucket): Mark {
  const { client, name, prefix, shown } = bucket;
  return {
    shown,
    read: () => readText(bucket, IDENTITY),
    async write(text) {
      const mark = { Bucket: name, Key: prefix + IDENTITY, Body: text, IfNoneMatch: '*' };
      await client.send(new PutObjectCommand(mark), withinTime()).catch((error: unknown) => {
        if ((error as { name?: string }).name !== 'PreconditionFailed') throw error;
      });
    },
  };
}

/** Asks the store in the background, so that who asks here never waits. */
function watchState(bucket: Bucket): () => string | undefined {
  let state: string | undefined;
  let lookedAtMs = performance.now();
  let isLooking = false;
  const look = async () => {
    isLooking = true;
    try {
      const found = await readText(bucket, IDENTITY);
      state =
        found === undefined ? 'The store of the reports’ files is no longer the one of this database.' : undefined;
    } catch (error) {
      state = bucketFailure(error).message;
    } finally {
      lookedAtMs = performance.now();
      isLooking = false;
    }
  };
  return () => {
    if (!isLooking && performance.now() - lookedAtMs >= LOOK_MS) void look();
    return state;
  };
}
