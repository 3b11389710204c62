/** Removes folders that a notebook has shaped: by descriptor, never through a link, of any depth and any mode. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, open, opendir, rename, rm, rmdir, unlink, type FileHandle } from 'node:fs/promises';

/** Linux: names a file without reading it, so that its mode does not matter. Node has no name for it. */
const O_PATH = 0o10000000;
/** A folder with more in it than can be removed in this time is left for the next attempt, which goes on from there. */
const MOST_MS = 60_000;
const ALL = 0o700;

interface Removal {
  readonly top: FileHandle;
  /** Begins the names that folders are moved to; a notebook cannot know it. */
  readonly prefix: string;
  readonly untilMs: number;
  moved: number;
}

/**
 * Settles when the folder is gone; also when it was not there. Rejects with the system's error where something in it
 * cannot be removed, and when `mostMs` is over.
 */
export async function removeFolder(path: string, mostMs = MOST_MS): Promise<void> {
  if (process.platform !== 'linux') return rm(path, { recursive: true, force: true, maxRetries: 5 });
  let top: FileHandle;
  try {
    top = await hold(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const prefix = `removed-${randomBytes(8).toString('hex')}-`;
    await emptyTop({ top, prefix, untilMs: performance.now() + mostMs, moved: 0 });
  } finally {
    await top.close();
  }
  await rmdir(path);
}

/** Folders in folders are moved up to the top, so that neither paths nor the number of descriptors grow with depth. */
async function emptyTop(removal: Removal): Promise<void> {
  const { top } = removal;
  // what is moved up while the folder is read may not be seen until it is read again
  for (let found = true; found;) {
    found = false;
    for await (const { name, isFolder } of entriesOf(top, removal)) {
      found = true;
      const path = below(top, name);
      if (!isFolder) await unlink(path);
      else {
        const folder = await hold(path);
        try {
          await emptyFolder(folder, removal);
        } finally {
          await folder.close();
        }
        await rmdir(path);
      }
    }
  }
}

async function emptyFolder(folder: FileHandle, removal: Removal): Promise<void> {
  for await (const { name, isFolder } of entriesOf(folder, removal)) {
    const path = below(folder, name);
    if (!isFolder) await unlink(path);
    else {
      // moving a folder changes its entry `..`: that needs its mode put right, too
      await (await hold(path)).close();
      await rename(path, below(removal.top, Buffer.from(`${removal.prefix}${++removal.moved}`)));
    }
  }
}

/** The folder itself, never what a link in its place leads to; its owner may do everything in it from now on. */
async function hold(path: string | Buffer): Promise<FileHandle> {
  const folder = await open(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if (((await folder.stat()).mode & ALL) !== ALL) await chmod(ownPath(folder), ALL);
    return folder;
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** Names are bytes: not all of them are text. */
async function* entriesOf(folder: FileHandle, { untilMs }: Removal) {
  const entries = await opendir(ownPath(folder), { encoding: 'buffer' as BufferEncoding });
  for await (const entry of entries) {
    if (performance.now() > untilMs) throw new Error('Its removal takes too long; the rest is removed later.');
    yield { name: entry.name as unknown as Buffer, isFolder: entry.isDirectory() };
  }
}

function ownPath({ fd }: FileHandle): string {
  return `/proc/self/fd/${fd}`;
}

function below(folder: FileHandle, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${ownPath(folder)}/`), name]);
}
