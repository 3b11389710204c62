/**
 * Removes a small folder at once, as most kernels leave one: by descriptor, never through a link. Handing each of its
 * hundreds of system calls to another thread takes ten times as much processor time.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
  type Dirent,
} from 'node:fs';
import { descriptorPath, O_PATH } from '../system/proc.ts';

/** Beyond these limits the removal could keep the server from answering. */
const MOST_ENTRIES = 200;
const MOST_DEPTH = 8;
/** Of a folder itself: a longer list of names would be read whole before it could be counted. */
const MOST_LIST_BYTES = 16 * 1024;
/** The system frees the blocks of a longer file for milliseconds. */
const MOST_BYTES = 1024 * 1024;

interface Budget {
  entries: number;
}

/**
 * True when the folder is gone. False if it has too much in it, cannot be removed so, or on other systems than Linux:
 * then a part of it may be gone, and `removeFolder` removes the rest.
 */
export function removeSmallFolder(path: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    if (!emptyFolder(path, { entries: MOST_ENTRIES }, MOST_DEPTH)) return false;
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function emptyFolder(path: string | Buffer, budget: Budget, depth: number): boolean {
  if (depth === 0) return false;
  const fd = openSync(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if (fstatSync(fd).size > MOST_LIST_BYTES) return false;
    const folder = descriptorPath({ fd });
    for (const entry of entriesOf(folder, budget)) {
      const inner = Buffer.concat([Buffer.from(`${folder}/`), entry.name]);
      if (entry.isDirectory()) {
        if (!emptyFolder(inner, budget, depth - 1)) return false;
        rmdirSync(inner);
      } else if (lstatSync(inner).size > MOST_BYTES) return false;
      else unlinkSync(inner);
    }
    return budget.entries > 0;
  } finally {
    closeSync(fd);
  }
}

/** None where the budget does not allow them all; what they are is known before any of them is removed. */
function entriesOf(folder: string, budget: Budget): readonly Dirent<Buffer>[] {
  const entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
  budget.entries -= entries.length;
  return budget.entries > 0 ? entries : [];
}
