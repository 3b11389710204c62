/**
 * Removes folders whose content a notebook controls: by descriptor, never through a link, of any depth and any mode.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, open, opendir, rename, rm, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { descriptorPath, O_PATH } from '../system/proc.ts';

/** A folder whose content cannot be removed in this time is left for the next attempt, which continues there. */
const MOST_MS = 60_000;
const ALL = 0o700;

export class TimeOverError extends Error {}

interface Removal {
  readonly top: FileHandle;
  /** Prefix of the names to which folders are moved; a notebook cannot know it. */
  readonly prefix: string;
  readonly untilMs: number;
  moved: number;
  /** Something was removed since the top was last read. */
  hasProgress: boolean;
  /** The first error; everything else is still removed. */
  error?: unknown;
}

/**
 * Settles when the folder is gone; also if it did not exist. Rejects with the system's error if something in it cannot
 * be removed, after everything else is removed, and when `mostMs` has passed.
 */
export async function removeFolder(path: string, mostMs = MOST_MS): Promise<void> {
  if (process.platform !== 'linux') return rm(path, { recursive: true, force: true, maxRetries: 5 });
  let top: FileHandle;
  try {
    top = await holdFolder(path);
  } catch (error) {
    if (isGone(error)) return;
    throw error;
  }
  const untilMs = performance.now() + mostMs;
  const prefix = `removed-${randomBytes(8).toString('hex')}-`;
  const removal: Removal = { top, prefix, untilMs, moved: 0, hasProgress: true };
  try {
    await emptyTop(removal);
  } finally {
    await top.close();
  }
  await rmdir(path).catch((error: unknown) => {
    if (!isGone(error)) throw removal.error ?? error;
  });
}

/** Nested folders are moved up to the top, so that neither paths nor the number of descriptors grow with depth. */
async function emptyTop(removal: Removal): Promise<void> {
  const { top } = removal;
  // what is moved up while the folder is read may not appear until it is read again
  while (removal.hasProgress) {
    removal.hasProgress = false;
    for await (const { name, isFolder } of entriesOf(top, removal.untilMs)) {
      const path = below(top, name);
      if (!isFolder) await attempt(removal, () => unlink(path));
      else {
        await attempt(removal, () => emptyFolder(path, removal), false);
        await attempt(removal, () => rmdir(path));
      }
    }
  }
}

async function emptyFolder(path: Buffer, removal: Removal): Promise<void> {
  const folder = await holdFolder(path);
  try {
    for await (const { name, isFolder } of entriesOf(folder, removal.untilMs)) {
      const inner = below(folder, name);
      if (!isFolder) await attempt(removal, () => unlink(inner));
      else
        await attempt(removal, async () => {
          // moving a folder changes its entry `..`: that also needs the right mode
          await (await holdFolder(inner)).close();
          await rename(inner, below(removal.top, Buffer.from(`${removal.prefix}${++removal.moved}`)));
        });
    }
  } finally {
    await folder.close();
  }
}

/** Continues after an error of the system, but not when the time has passed. */
async function attempt(removal: Removal, work: () => Promise<void>, isProgress = true): Promise<void> {
  try {
    await work();
    removal.hasProgress ||= isProgress;
  } catch (error) {
    if (error instanceof TimeOverError) throw error;
    if (!isGone(error)) removal.error ??= error;
  }
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** The folder itself, never the target of a link in its place; its owner gets all rights in it. */
export async function holdFolder(path: string | Buffer): Promise<FileHandle> {
  const folder = await open(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if (((await folder.stat()).mode & ALL) !== ALL) await chmod(descriptorPath(folder), ALL);
    return folder;
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** Names are bytes: not all of them are valid text. Throws `TimeOverError` after `untilMs` of `performance.now()`. */
export async function* entriesOf(folder: FileHandle, untilMs: number) {
  const entries = await opendir(descriptorPath(folder), { encoding: 'buffer' as BufferEncoding });
  for await (const entry of entries) {
    if (performance.now() > untilMs) throw new TimeOverError('It takes too long; the rest is removed later.');
    yield { name: entry.name as unknown as Buffer, isFolder: entry.isDirectory() };
  }
}

/** Path of an entry of the folder. */
export function below(folder: FileHandle, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${descriptorPath(folder)}/`), name]);
}
