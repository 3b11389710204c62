/** Bytes by content hash (port): scripts' revisions, large outputs, artifacts. */
import { AppError } from '../error.ts';
import { MINUTE_MS } from '../milliseconds.ts';

/** A run that cannot store its log or its files is lost, with its work: it waits longer for a store than a page. */
export const RUN_PATIENCE_MS = MINUTE_MS;

export interface Blob {
  /** SHA-256, hex. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Where blobs are stored; can be sent to a thread. */
export type BlobPlace = FolderPlace | BucketPlace;

export interface FolderPlace {
  /** Absolute. */
  readonly folder: string;
  /** Whether it is the one in the data folder. */
  readonly isUsual: boolean;
}

/** A bucket of an S3 server. */
export interface BucketPlace {
  readonly bucket: string;
  /** Empty, or ends with `/`. */
  readonly prefix: string;
  /** For people: `s3://bucket/prefix`. */
  readonly shown: string;
  /** Address of the server; undefined: Amazon's of the region. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  /** Whether the name of the bucket is in the path, not in the host name. */
  readonly pathStyle: boolean;
  /** Undefined: found as the programs of Amazon do. */
  readonly key: { readonly id: string; readonly secret: string } | undefined;
  /** Folder for what is on its way there. */
  readonly temporary: string;
}

/** From 0; `last` is within the bytes. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Bytes that are stored, but are not those of their hash, or cannot be read. Another attempt gets the same. */
export class DamagedBlobError extends AppError {
  /** `shown`: where the bytes are, for the operator. */
  constructor(shown: string, why: string, cause?: unknown) {
    super('internal', `${shown} of the reports’ store is damaged: ${why}.`, { cause });
    this.name = 'DamagedBlobError';
  }
}

/**
 * `patienceMs`: how long what a store does not answer is tried again, besides the few attempts of each request; 0 where
 * it is absent.
 */
export interface BlobStore {
  /** Durable (file and folder synced) when it settles. Throws `unavailable`: the disk is full, the store is away. */
  put(bytes: Uint8Array, patienceMs?: number): Promise<Blob>;
  /** As `put`, in bounded memory. Also throws what `chunks` throws; then nothing is stored. */
  putStream(chunks: AsyncIterable<Uint8Array>, patienceMs?: number): Promise<Blob>;
  /** All bytes, checked; undefined if there are none. Throws `DamagedBlobError`. */
  get(hash: string, patienceMs?: number): Promise<Uint8Array | undefined>;
  /** Byte stream of the whole blob, or undefined. */
  open(
    hash: string,
    patienceMs?: number,
  ): Promise<{ readonly sizeBytes: number; readonly stream: AsyncIterable<Uint8Array> } | undefined>;
  /** A part of a blob, in bounded memory; its bytes are not checked. Undefined if there is no such blob. */
  openPart(hash: string, part: ByteRange, patienceMs?: number): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Returns the number of bytes freed. With `unusedSinceMs` only if the blob was not put (again) since then. */
  delete(hash: string, unusedSinceMs?: number): Promise<number>;
  /** All hashes, in lists that begin with the same two digits. */
  list(): AsyncIterable<{ readonly prefix: string; readonly hashes: readonly string[] }>;
  /** Removes what processes that were killed had stored in part, a day ago or earlier. */
  removeParts(): Promise<void>;
}

/** With the patience of a run: without its files, its work is lost. */
export function withPatience<T extends Pick<BlobStore, 'get' | 'put' | 'putStream'>>(blobs: T): T {
  return {
    ...blobs,
    get: (hash) => blobs.get(hash, RUN_PATIENCE_MS),
    put: (bytes) => blobs.put(bytes, RUN_PATIENCE_MS),
    putStream: (chunks) => blobs.putStream(chunks, RUN_PATIENCE_MS),
  };
}

export type BlobReader = Pick<BlobStore, 'get' | 'open' | 'openPart'>;

/** For the log: why the store cannot be used, in a sentence; undefined: it can be used again. */
export type StateListener = (problem: string | undefined) => void;

/** The blobs of one process. */
export interface OpenBlobs {
  readonly blobs: BlobStore;
  /** Why nothing can be stored now, although the disk has room; undefined when it can. */
  problem(): string | undefined;
  close(): void;
}
