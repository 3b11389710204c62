/** Bytes by content hash (port): scripts' revisions, large outputs, artifacts. */
export interface Blob {
  /** SHA-256, hex. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Where blobs are stored; can be sent to a thread. */
export interface BlobPlace {
  /** Absolute. */
  readonly folder: string;
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
