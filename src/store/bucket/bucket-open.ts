/** Opens a bucket for one database: proves the rights, and that the bucket belongs to no other database. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { BlobReader, BucketPlace, OpenBlobs, StateListener } from '../../domain/run/blob.ts';
import { AppError } from '../../domain/error.ts';
import type { Engine } from '../engine/engine.ts';
import { createClaims, guardDeletion } from '../blob/blob-claim.ts';
import { pairPlace, type Mark, type NewPlace } from '../blob/blob-pair.ts';
import { IDENTITY } from '../identity.ts';
import { createBucket, readText, withinTime, type Bucket } from './bucket-client.ts';
import { bucketFailure, bucketRefusal } from './bucket-problem.ts';
import { createBucketReader } from './bucket-read.ts';
import { checkRights } from './bucket-right.ts';
import { createBucketStore } from './bucket-store.ts';

/** How long an answer about the store's state counts. */
const LOOK_MS = 2_000;
const FOREIGN = 'The store of the reports’ files is no longer the one of this database.';

/** Reads what is there already. */
export function openBucketReader(place: BucketPlace): BlobReader {
  return createBucketReader(createBucket(place));
}

/**
 * `onChange` is called when the bucket cannot be used any more, and when it can again. Throws `conflict` with a
 * sentence for what prevents its use; then nothing was changed there.
 */
export async function openBucket(
  place: BucketPlace,
  engine: Engine,
  claim = createClaims(engine),
  onChange?: StateListener,
): Promise<OpenBlobs> {
  const bucket = createBucket(place);
  try {
    await checkRights(bucket);
    await pairPlace(engine, bucketMark(bucket));
    const blobs = guardDeletion(await createBucketStore(bucket, place.temporary, claim), engine);
    const watch = watchState(bucket, onChange);
    const close = () => {
      watch.close();
      bucket.client.destroy();
    };
    return { blobs, problem: watch.problem, close };
  } catch (error) {
    bucket.client.destroy();
    throw bucketRefusal(bucket.shown, error);
  }
}

/** Before it belongs to the database: nobody deletes there. Throws as `openBucket`. */
export async function openNewBucket(place: BucketPlace): Promise<NewPlace> {
  const bucket = createBucket(place);
  try {
    await checkRights(bucket);
    const blobs = await createBucketStore(bucket, place.temporary);
    return { blobs, mark: bucketMark(bucket), close: () => bucket.client.destroy() };
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

/**
 * Asks the store in the background, so that who asks here never waits: when its last answer is old, and while it is
 * away all the time.
 */
function watchState(bucket: Bucket, onChange: StateListener = () => undefined) {
  let again: NodeJS.Timeout | undefined;
  let isClosed = false;
  let state: AppError | undefined;
  let lookedAtMs = performance.now();
  let isLooking = false;
  const look = async () => {
    isLooking = true;
    const before = state;
    let why: string | undefined;
    try {
      const isOurs = (await readText(bucket, IDENTITY)) !== undefined;
      state = isOurs ? undefined : new AppError('unavailable', FOREIGN);
      why = state?.message;
    } catch (error) {
      state = bucketFailure(error);
      why = bucketRefusal(bucket.shown, error).message;
    } finally {
      lookedAtMs = performance.now();
      isLooking = false;
    }
    if (isClosed) return;
    if ((before === undefined) !== (state === undefined)) onChange(why);
    if (state !== undefined) again = setTimeout(() => void look(), LOOK_MS).unref();
  };
  return {
    problem() {
      const isOld = performance.now() - lookedAtMs >= LOOK_MS;
      if (state === undefined && !isLooking && isOld) void look();
      return state?.message;
    },
    close() {
      isClosed = true;
      clearTimeout(again);
    },
  };
}
