/** Tells whether a run's output folder may have new entries, so that it is not read after every cell. */
import { lstatSync, readdirSync, utimesSync } from 'node:fs';

/** A folder that was changed that long ago has got nothing since. */
const LONG_AGO_S = 3_600;
/** File systems may set a time of change that is this old: they read the clock a few hundred times a second. */
const CLOCK_MS = 50;

/**
 * Tells cheaply whether the folder may have new entries since the last question: most cells make no file. A new entry
 * changes the folder's time of modification; a kernel that sets that time itself delays its downloads until the end.
 */
export function watchFolder(path: string) {
  let seen = setBack(path);
  let hasFolders = false;
  return {
    /** The folder has a folder in it, whose own entries are not noticed. */
    nested: () => {
      hasFolders = true;
    },
    mayHaveNew(): boolean {
      // one short system call on a local disk: a turn of the thread pool takes twenty times as long
      const stats = lookAt(path);
      const stamp = stampOf(stats);
      const isSame = stamp === seen && !hasFolders;
      seen = stats !== undefined && Date.now() - Number(stats.mtimeMs) > CLOCK_MS ? stamp : '';
      return !isSame;
    },
  };
}

type Stats = ReturnType<typeof lookAt>;

function lookAt(path: string) {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function stampOf(stats: Stats): string {
  return stats === undefined ? '' : `${stats.ino} ${stats.mtimeNs}`;
}

/**
 * The time of a new folder is too young to tell what came later: it is set back. Returns the folder's stamp, or nothing
 * if there may already be entries.
 */
function setBack(path: string): string {
  try {
    const longAgoS = Date.now() / 1_000 - LONG_AGO_S;
    utimesSync(path, longAgoS, longAgoS);
    const stamp = stampOf(lookAt(path));
    return readdirSync(path).length === 0 ? stamp : '';
  } catch {
    return '';
  }
}
