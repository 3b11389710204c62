/**
 * Measures folders whose content a notebook controls: by descriptor, never through a link, of any depth and any mode.
 */
import { lstat } from 'node:fs/promises';
import { below, entriesOf, holdFolder, TimeOverError } from './folder-removal.ts';

/** What is not measured within this time does not count. */
const MOST_MS = 10_000;
/** The system's unit for disk space. */
const BLOCK_BYTES = 512;
const UP = Buffer.from('..');

/**
 * Disk space in bytes of everything in the folder, as far as it can be read; 0 if it does not exist, and on other
 * systems than Linux. Nothing may change the folder meanwhile.
 */
export async function measureFolder(path: string, mostMs = MOST_MS): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const untilMs = performance.now() + mostMs;
  let held = await holdFolder(path).catch(() => undefined);
  if (held === undefined) return 0;
  let bytes = 0;

  /** One descriptor moves down and up again: the number of descriptors does not grow with depth. */
  async function go(place: Buffer): Promise<void> {
    const next = await holdFolder(place);
    await held?.close();
    held = next;
  }

  /** Returns the names of the folders in the folder. */
  async function weigh(): Promise<Buffer[]> {
    const folders: Buffer[] = [];
    for await (const { name, isFolder } of entriesOf(held!, untilMs)) {
      bytes += (await lstat(below(held!, name))).blocks * BLOCK_BYTES;
      if (isFolder) folders.push(name);
    }
    return folders;
  }

  const above: Buffer[][] = [];
  try {
    let names: Buffer[] | undefined = await weigh();
    while (names !== undefined) {
      const name = names.pop();
      if (name === undefined) {
        names = above.pop();
        if (names !== undefined) await go(below(held, UP));
      } else if (await entered(() => go(below(held!, name)))) {
        above.push(names);
        names = await weigh();
      }
    }
  } catch (error) {
    // what was measured so far counts
    if (!(error instanceof TimeOverError) && !('code' in (error as Error))) throw error;
  } finally {
    await held.close();
  }
  return bytes;
}

/** False for a folder that this process may not enter. */
function entered(go: () => Promise<void>): Promise<boolean> {
  return go().then(
    () => true,
    () => false,
  );
}
