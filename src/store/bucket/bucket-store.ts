/** Stores blobs in a bucket, under the same names as on disk; streams go to a file first, which gives their hash. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { diskFull, isDiskFull } from '../../domain/disk.ts';
import { DAY_MS, HOUR_MS } from '../../domain/milliseconds.ts';
import type { Blob, BlobStore } from '../../domain/run/blob.ts';
import type { ClaimBlob } from '../blob/blob-claim.ts';
import { removeOldFiles, writeSynced } from '../synced-file.ts';
import { isAbsent, withinTime, type Bucket } from './bucket-client.ts';
import { bucketFailure } from './bucket-problem.ts';
import { tryAgain } from './bucket-retry.ts';
import { createBucketReader, HASH, keyOf } from './bucket-read.ts';

/** Larger ones are sent in parts of this size, two at a time. */
const PART_BYTES = 16 << 20;
/** The most that S3 takes. */
const PARTS = 10_000;
const UPLOADS_AT_ONCE = 4;
/** An object that is older is written again, so that a sweep leaves it to its new user. */
const YOUNG_MS = HOUR_MS / 4;
/** Longer than any upload takes: bytes are claimed for an hour. */
const PART_MS = DAY_MS;

/** `temporary`: a folder for what is on its way, created if needed. */
export async function createBucketStore(bucket: Bucket, temporary: string, claim?: ClaimBlob): Promise<BlobStore> {
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const turn = createTurns(UPLOADS_AT_ONCE);
  const store = async (blob: Blob, source: Uint8Array | string, patienceMs?: number) => {
    // others have their turn while this one waits for another attempt
    const attempt = () =>
      turn(async () => {
        await claim?.(blob);
        if (!(await isYoung(bucket, blob))) await upload(bucket, blob, source);
      });
    await tryAgain(attempt, { patienceMs });
    return blob;
  };
  return {
    ...createBucketReader(bucket),
    put: (bytes, patienceMs) =>
      store({ hash: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.byteLength }, bytes, patienceMs),
    async putStream(chunks, patienceMs) {
      const path = join(temporary, randomUUID());
      try {
        return await store(await writeSynced(path, chunks), path, patienceMs);
      } catch (error) {
        throw isDiskFull(error) ? diskFull(error) : error;
      } finally {
        await rm(path, { force: true });
      }
    },
    delete: (hash, unusedSinceMs = Infinity) => remove(bucket, hash, unusedSinceMs),
    list: () => list(bucket),
    async removeParts() {
      await removeOldFiles(temporary, PART_MS);
      await abortOldUploads(bucket, PART_MS).catch((error: unknown) => {
        throw bucketFailure(error);
      });
    },
  };
}

/** At most `count` at once; the others wait in their order. */
function createTurns(count: number) {
  const waiting: (() => void)[] = [];
  let free = count;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

async function find(bucket: Bucket, hash: string) {
  try {
    const command = new HeadObjectCommand({ Bucket: bucket.name, Key: keyOf(bucket, hash) });
    const { ContentLength = 0, LastModified } = await bucket.client.send(command, withinTime());
    return { sizeBytes: ContentLength, storedAtMs: LastModified?.getTime() ?? 0 };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function isYoung(bucket: Bucket, { hash, sizeBytes }: Blob): Promise<boolean> {
  const found = await find(bucket, hash);
  return found?.sizeBytes === sizeBytes && Math.abs(Date.now() - found.storedAtMs) < YOUNG_MS;
}

/** `source`: the bytes, or the path of a file. */
async function upload(bucket: Bucket, { hash, sizeBytes }: Blob, source: Uint8Array | string): Promise<void> {
  const target = { Bucket: bucket.name, Key: keyOf(bucket, hash) };
  if (sizeBytes <= PART_BYTES) {
    const Body = typeof source === 'string' ? await readFile(source) : source;
    await bucket.client.send(new PutObjectCommand({ ...target, Body, ContentLength: sizeBytes }), withinTime());
    return;
  }
  const Body = typeof source === 'string' ? createReadStream(source) : source;
  const partSize = Math.max(PART_BYTES, Math.ceil(sizeBytes / PARTS));
  // a failed one leaves no parts
  await new Upload({ client: bucket.client, params: { ...target, Body }, partSize, queueSize: 2 }).done();
}

async function remove(bucket: Bucket, hash: string, unusedSinceMs: number): Promise<number> {
  try {
    const found = HASH.test(hash) ? await find(bucket, hash) : undefined;
    if (found === undefined || found.storedAtMs >= unusedSinceMs) return 0;
    const command = new DeleteObjectCommand({ Bucket: bucket.name, Key: keyOf(bucket, hash) });
    await bucket.client.send(command, withinTime());
    return found.sizeBytes;
  } catch (error) {
    throw bucketFailure(error);
  }
}

async function* list({ client, name, prefix }: Bucket) {
  for (let token: string | undefined, more = true; more;) {
    const command = new ListObjectsV2Command({
      Bucket: name,
      Prefix: prefix,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const page = await client.send(command, withinTime()).catch((error: unknown) => {
      throw bucketFailure(error);
    });
    const names = (page.Contents ?? []).map(({ Key = '' }) => Key.slice(prefix.length).replace('/', ''));
    const byPrefix = Map.groupBy(
      names.filter((each) => HASH.test(each)),
      (hash) => hash.slice(0, 2),
    );
    for (const [digits, hashes] of byPrefix) yield { prefix: digits, hashes };
    token = page.NextContinuationToken;
    more = token !== undefined;
  }
}

/** What a crash left of uploads; further ones than a server lists at once, at another time. */
export async function abortOldUploads({ client, name, prefix }: Bucket, leastAgeMs: number): Promise<void> {
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: name, Prefix: prefix }),
    withinTime(),
  );
  for (const { Key, UploadId, Initiated } of Uploads)
    if (Initiated !== undefined && Initiated.getTime() <= Date.now() - leastAgeMs)
      await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }), withinTime());
}
