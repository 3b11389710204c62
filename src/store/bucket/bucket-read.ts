/**
 * Reads blobs of a bucket piece by piece: a slow reader holds no connection, and a piece that fails is read again. The
 * last piece is given only when the hash of all is right.
 */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { AppError } from '../../domain/error.ts';
import { DamagedBlobError, type BlobReader, type ByteRange } from '../../domain/run/blob.ts';
import { isAbsent, withinTime, type Bucket } from './bucket-client.ts';
import { tryAgain } from './bucket-retry.ts';

export const HASH = /^[0-9a-f]{64}$/;
/** How much of a blob one request reads, and a reader holds in memory. */
const PIECE_BYTES = 8 << 20;
/** Before a piece whose bytes stop is read again. */
const WAITS_MS = [200, 1_000];

interface Piece {
  readonly bytes: Uint8Array;
  /** Size of the whole blob. */
  readonly total: number;
}

export function keyOf({ prefix }: Bucket, hash: string): string {
  return `${prefix}${hash.slice(0, 2)}/${hash.slice(2)}`;
}

export function createBucketReader(bucket: Bucket): BlobReader {
  const readPatiently = (range: ByteRange, hash: string, patienceMs?: number) =>
    tryAgain(() => readPiece(bucket, hash, range), { waitsMs: WAITS_MS, patienceMs });

  async function open(hash: string, patienceMs?: number) {
    const read = (at: number) => readPatiently({ first: at, last: Infinity }, hash, patienceMs);
    const first = HASH.test(hash) ? await read(0) : undefined;
    return first === undefined
      ? undefined
      : { sizeBytes: first.total, stream: verified({ hash, key: keyOf(bucket, hash) }, first, read) };
  }
  return {
    open,
    async openPart(hash, { first, last }, patienceMs) {
      const read = (at: number) => readPatiently({ first: at, last }, hash, patienceMs);
      const piece = HASH.test(hash) ? await read(first) : undefined;
      return piece === undefined ? undefined : partOf({ first, last }, piece, read);
    },
    async get(hash, patienceMs) {
      const blob = await open(hash, patienceMs);
      return blob === undefined ? undefined : new Uint8Array(await buffer(blob.stream));
    },
  };
}

async function* verified(
  { hash, key }: { readonly hash: string; readonly key: string },
  { bytes: first, total }: Piece,
  read: (at: number) => Promise<Piece | undefined>,
): AsyncGenerator<Uint8Array> {
  const sum = createHash('sha256').update(first);
  let piece = first;
  for (let at = first.byteLength; at < total; at += piece.byteLength) {
    yield piece;
    const next = await read(at);
    if (next === undefined || next.bytes.byteLength === 0) throw deleted();
    piece = next.bytes;
    sum.update(piece);
  }
  if (sum.digest('hex') !== hash) throw new DamagedBlobError(`The object ${key}`, 'its checksum differs');
  yield piece;
}

async function* partOf(
  { first, last }: ByteRange,
  begun: Piece,
  read: (at: number) => Promise<Piece | undefined>,
): AsyncGenerator<Uint8Array> {
  yield begun.bytes;
  for (let at = first + begun.bytes.byteLength; at <= last;) {
    const bytes = (await read(at))?.bytes ?? new Uint8Array();
    if (bytes.byteLength === 0) throw deleted();
    yield bytes;
    at += bytes.byteLength;
  }
}

function deleted(): AppError {
  return new AppError('gone', 'The bytes of this file were deleted while they were read.');
}

/** The first bytes of the range. Undefined if there is no such blob. */
async function readPiece(bucket: Bucket, hash: string, { first: at, last }: ByteRange): Promise<Piece | undefined> {
  const end = Math.min(at + PIECE_BYTES - 1, last);
  const range = `bytes=${at}-${end}`;
  const command = new GetObjectCommand({ Bucket: bucket.name, Key: keyOf(bucket, hash), Range: range });
  try {
    const { Body, ContentRange = '', ContentLength = 0 } = await bucket.client.send(command, withinTime());
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const total = Number(/\/(\d+)$/.exec(ContentRange)?.[1] ?? ContentLength);
    if (bytes.byteLength < Math.min(end, total - 1) - at + 1) throw new Error('ECONNRESET: the bytes stopped');
    return { bytes, total };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    // an empty object has no range
    if ((error as { name?: string }).name === 'InvalidRange' && at === 0) return { bytes: new Uint8Array(), total: 0 };
    throw error;
  }
}
