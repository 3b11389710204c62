/** Takes files of a run into its report: opened safely, bounded, masked, stored as blobs. */
import { BeneathError, type BeneathFile } from '../disk/beneath.ts';
import { chunksOf } from '../disk/plain-file.ts';
import { AppError } from '../domain/error.ts';
import { maskBytes } from '../domain/mask/mask-file.ts';
import type { Mask } from '../domain/mask/mask.ts';
import type { Blob, BlobStore } from '../domain/run/blob.ts';

export interface FileStore {
  readonly blobs: Pick<BlobStore, 'putStream'>;
  readonly mask: Mask;
}

/**
 * Opens a file, passes it to `use` and closes it. If there is none, nothing happens; if it cannot be read, `refuse` is
 * given the reason. Throws only an `AppError`, such as `unavailable`: disk full.
 */
export async function useFile(
  open: () => Promise<BeneathFile | undefined>,
  use: (file: BeneathFile) => Promise<void>,
  refuse: (why: string) => void,
): Promise<void> {
  let file: BeneathFile | undefined;
  try {
    file = await open();
    if (file !== undefined) await use(file);
  } catch (error) {
    if (error instanceof AppError) throw error;
    refuse(whyNot(error));
  } finally {
    await file?.handle.close();
  }
}

/** Stores the file's content, masked. Throws `BeneathError` if it is larger than `limitBytes`, and as `putStream`. */
export function storeFile({ blobs, mask }: FileStore, { handle }: BeneathFile, limitBytes: number): Promise<Blob> {
  const chunks = bounded(chunksOf(handle), limitBytes);
  return blobs.putStream(mask.isEmpty ? chunks : maskBytes(mask, chunks));
}

/** For the reader of the report: “… is not offered: it is a link.” */
export function whyNot(error: unknown): string {
  return error instanceof BeneathError ? error.message : 'it cannot be read';
}

/** A file may grow while it is read, possibly for ever. */
async function* bounded(chunks: AsyncIterable<Uint8Array>, limitBytes: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of chunks) {
    read += chunk.byteLength;
    if (read > limitBytes) throw new BeneathError('it grew beyond the limit of files while it was read');
    yield chunk;
  }
}
