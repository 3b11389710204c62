/** Reads stored bytes again, to see whether they are still those of their hashes. */
import { createHash } from 'node:crypto';
import { DamagedBlobError, type Blob, type BlobReader } from '../../domain/run/blob.ts';

const WORKERS = 4;
/** Codes of bytes that are at fault, not the way to them. A folder in place of the file counts, too. */
const DAMAGE: ReadonlySet<string> = new Set(['internal', 'gone', 'EISDIR', 'EIO']);

/** Whether the bytes of this hash are there and right. Throws if they cannot be reached. */
export async function isWhole(store: BlobReader, hash: string): Promise<boolean> {
  const found = await readable(() => store.open(hash));
  if (found === undefined) return false;
  const sum = createHash('sha256');
  try {
    for await (const chunk of found.stream) sum.update(chunk);
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
  return sum.digest('hex') === hash;
}

/** Undefined, too, if the bytes are damaged. */
export async function readable<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
  return work().catch((error: unknown) => {
    if (isDamage(error)) return undefined;
    throw error;
  });
}

export function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return error instanceof DamagedBlobError || DAMAGE.has(code);
}

/** Some at a time; returns the hashes of those for which `work` was false. */
export async function eachOf(
  blobs: readonly Blob[],
  work: (blob: Blob) => Promise<boolean>,
  done: (blob: Blob) => void,
): Promise<string[]> {
  const bad: string[] = [];
  const waiting = blobs.values();
  const worker = async () => {
    for (const blob of waiting) {
      if (!(await work(blob))) bad.push(blob.hash);
      done(blob);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return bad.sort();
}
