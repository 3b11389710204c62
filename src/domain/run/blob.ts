/** Bytes by content hash (port): scripts' revisions, large outputs, artifacts. */
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

export interface BlobStore {
  /** Durable (file and folder synced) when it settles. Throws `unavailable` when the disk is full. */
  put(bytes: Uint8Array): Promise<Blob>;
  /** As `put`, in bounded memory. Also throws what `chunks` throws; then nothing is stored. */
  putStream(chunks: AsyncIterable<Uint8Array>): Promise<Blob>;
  get(hash: string): Promise<Uint8Array | undefined>;
  /** Byte stream of the whole blob, or undefined. */
  open(hash: string): Promise<{ readonly sizeBytes: number; readonly stream: AsyncIterable<Uint8Array> } | undefined>;
  /** Returns the number of bytes freed. With `unusedSinceMs` only if the blob was not put (again) since then. */
  delete(hash: string, unusedSinceMs?: number): Promise<number>;
  /** All hashes, in lists that begin with the same two digits. */
  list(): AsyncIterable<{ readonly prefix: string; readonly hashes: readonly string[] }>;
}

export type BlobReader = Pick<BlobStore, 'get' | 'open'>;

/** The blobs of one process. */
export interface OpenBlobs {
  readonly blobs: BlobStore;
  /** Why nothing can be stored now, although the disk has room; undefined when it can. */
  problem(): string | undefined;
  close(): void;
}
