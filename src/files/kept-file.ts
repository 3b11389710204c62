/**
 * The bytes of scripts as they were last read whole: what is published, and run, while their files are being written.
 */
import { LRUCache } from 'lru-cache';
import type { SourceFile } from './source-file.ts';

export interface KeptFile {
  readonly source: SourceFile;
  readonly sidecar: SourceFile | undefined;
}

export interface KeptFiles {
  put(file: string, kept: KeptFile): void;
  /** Undefined: it has not been read lately, or is too large. */
  get(file: string): KeptFile | undefined;
}

/** Total size; what was read longest ago is forgotten. */
const BYTES = 16_000_000;
/** Of one; the bytes of larger ones are handed to another thread. */
const FILE_BYTES = 1_000_000;

/** By the path below the scripts folder. */
export function createKeptFiles(): KeptFiles {
  const files = new LRUCache<string, KeptFile>({ maxSize: BYTES, maxEntrySize: FILE_BYTES });
  return {
    put: (file, { source, sidecar }) => {
      const size = source.bytes.length + (sidecar?.bytes.length ?? 0);
      if (size <= FILE_BYTES) files.set(file, { source, sidecar }, { size: Math.max(size, 1) });
      else files.delete(file);
    },
    get: (file) => files.get(file),
  };
}
