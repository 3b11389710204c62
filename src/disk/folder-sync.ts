/** Makes sure that a folder with all that is in it survives a power cut. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that are written at once; the disk joins their writes. */
const AT_ONCE = 16;

/** Settles when every file and folder below is on the disk. Links are entries of their folders, and not followed. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const left = [...paths, folder].values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const path of left) await syncPath(path);
    }),
  );
}

/** Of a folder: the names in it. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path);
  await file.sync().finally(() => file.close());
}
