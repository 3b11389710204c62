/** Tells whether a run's output folder may have new entries, so that it is not read after every cell. */
import { closeSync, constants, lstatSync, opendirSync, openSync, readdirSync, utimesSync, type Dir } from 'node:fs';
import { descriptorPath } from '../system/proc.ts';

/** A folder that was changed that long ago has got nothing since. */
const LONG_AGO_S = 3_600;
/** File systems may set a time of change that is this old: they read the clock a few hundred times a second. */
const CLOCK_MS = 50;
/** A folder with more hidden entries than that is read as others are. */
const HIDDEN = 8;

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

/**
 * False if it certainly has none but hidden entries, as the folder of most runs: that is found out at once. A folder
 * with more takes longer to read, and is read elsewhere.
 */
export function mayHaveShown(path: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      return !hasOnlyHidden(opendirSync(descriptorPath({ fd }), { bufferSize: HIDDEN }));
    } finally {
      closeSync(fd);
    }
  } catch {
    return true;
  }
}

function hasOnlyHidden(folder: Dir): boolean {
  try {
    for (let count = 0; count < HIDDEN; count++) {
      const entry = folder.readSync();
      if (entry === null) return true;
      if (!entry.name.startsWith('.')) return false;
    }
    return false;
  } finally {
    folder.closeSync();
  }
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
