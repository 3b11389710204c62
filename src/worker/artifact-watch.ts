/** Tells whether a run's output folder may have new entries, so that it is not read after every cell. */
import { lstatSync } from 'node:fs';

/** File systems may set a time of change that is this old: they read the clock a few hundred times a second. */
const CLOCK_MS = 50;

/**
 * Tells cheaply whether the folder may have new entries since the last question: most cells make no file. A new entry
 * changes the folder's time of modification; a kernel that sets that time itself delays its downloads until the end.
 */
export function watchFolder(path: string) {
  let seen = '';
  let hasFolders = false;
  return {
    /** The folder has a folder in it, whose own entries are not noticed. */
    nested: () => {
      hasFolders = true;
    },
    mayHaveNew(): boolean {
      // one short system call on a local disk: a turn of the thread pool takes twenty times as long
      const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      const stamp = stats === undefined ? '' : `${stats.ino} ${stats.mtimeNs}`;
      const isSame = stamp === seen && !hasFolders;
      seen = stats !== undefined && Date.now() - Number(stats.mtimeMs) > CLOCK_MS ? stamp : '';
      return !isSame;
    },
  };
}
