/**
 * Reads blobs of a bucket piece by piece: a slow reader holds no connection, and a piece that fails is read again. The
 * last piece is given only when the hash of all is right.
 */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { AppError } from '../../domain/error.ts';
import type { BlobReader } from '../../domain/run/blob.ts';
import { isAbsent, withinTime, type Bucket } from './bucket-client.ts';
import { bucketFailure } from './bucket-problem.ts';

export const HASH = /^[0-9a-f]{64}$/;
/** How much of a blob one request reads, and a reader holds in memory. */
const PIECE_BYTES = 8 << 20;
/** Times that a piece is read again when its bytes stop. */
const AGAIN_MS = [200, 1_000];

interface Piece {
  readonly bytes: Uint8Array;
  /** Size of the whole blob. */
  readonly total: number;
}

export function keyOf({ prefix }: Bucket, hash: string): string {
  return `${prefix}${hash.slice(0, 2)}/${hash.slice(2)}`;
}

export function createBucketReader(bucket: Bucket): BlobReader {
  async function open(hash: string) {
    const first = HASH.test(hash) ? await readPiece(bucket, hash, 0) : undefined;
    return first === undefined ? undefined : { sizeBytes: first.total, stream: verified(bucket, hash, first) };
  }
  return {
    open,
    async get(hash) {
      const blob = await open(hash);
      return blob === undefined ? undefined : new Uint8Array(await buffer(blob.stream));
    },
  };
}

async function* verified(bucket: Bucket, hash: string, { bytes: first, total }: Piece): AsyncGenerator<Uint8Array> {
  const sum = createHash('sha256').update(first);
  let piece = first;
  for (let at = first.byteLength; at < total; at += piece.byteLength) {
    yield piece;
    const next = await readPiece(bucket, hash, at);
    if (next === undefined || next.bytes.byteLength === 0)
      throw new AppError('gone', 'The bytes of this file were deleted while they were read.');
    piece = next.bytes;
    sum.update(piece);
  }
  if (sum.digest('hex') !== hash)
    throw new AppError('internal', 'A file of this report is damaged in its store: its checksum differs.');
  yield piece;
}

/** Undefined if there is no such blob. */
async function readPiece(bucket: Bucket, hash: string, at: number): Promise<Piece | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await request(bucket, hash, at);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      const waitMs = AGAIN_MS[attempt];
      if (waitMs === undefined || isRefusal(error)) throw bucketFailure(error);
      await sleep(waitMs);
    }
  }
}

async function request(bucket: Bucket, hash: string, at: number): Promise<Piece> {
  const range = `bytes=${at}-${at + PIECE_BYTES - 1}`;
  const command = new GetObjectCommand({ Bucket: bucket.name, Key: keyOf(bucket, hash), Range: range });
  try {
    const { Body, ContentRange = '', ContentLength = 0 } = await bucket.client.send(command, withinTime());
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const total = Number(/\/(\d+)$/.exec(ContentRange)?.[1] ?? ContentLength);
    if (bytes.byteLength < Math.min(PIECE_BYTES, total - at)) throw new Error('ECONNRESET: the bytes stopped');
    return { bytes, total };
  } catch (error) {
    // an empty object has no range
    if ((error as { name?: string }).name === 'InvalidRange' && at === 0) return { bytes: new Uint8Array(), total: 0 };
    throw error;
  }
}

/** Whether another attempt gets the same answer. */
function isRefusal(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
