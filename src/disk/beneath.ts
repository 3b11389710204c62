/**
 * Opens files in a folder that a kernel can write, while the kernel may change it: never through a link, never out of
 * the folder. Each name is opened separately, relative to the descriptor of the folder above it. Node has no `openat`;
 * on Linux a path through `/proc/self/fd` is equivalent. Elsewhere each folder is compared, after it was opened, with
 * what the name then says: a kernel that swaps folders fast enough may win that race, but such systems isolate no run
 * anyway.
 */
import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { lstat, open, opendir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { descriptorPath } from '../system/proc.ts';

/** What the server does not read, for the reader of the report: “… is not offered: it is a link.” */
export class BeneathError extends Error {}

/** An open folder. `path` is valid for system calls while it is open. */
export interface Folder {
  readonly handle: FileHandle;
  readonly path: string;
  readonly device: bigint;
  readonly owner: bigint;
}

/** A name in a folder: as bytes where they are not valid UTF-8. */
export type EntryName = string | Buffer;

export interface Entry {
  readonly name: EntryName;
  readonly type: 'file' | 'folder' | 'link' | 'other';
}

export interface BeneathFile {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
  /** Changes whenever the file does. */
  readonly stamp: string;
}

const IS_LINUX = process.platform === 'linux';
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | (constants.O_NOCTTY ?? 0);
const FOLDER = READ | (constants.O_DIRECTORY ?? 0);

/** The folder itself; the last name of `path` must not be a link. Close its handle. */
export async function openFolder(path: EntryName): Promise<Folder> {
  const handle = await open(path, FOLDER);
  return closedOnError(handle, async () => {
    const { dev, uid } = await handle.stat({ bigint: true });
    return { handle, path: IS_LINUX ? descriptorPath(handle) : String(path), device: dev, owner: uid };
  });
}

/** A folder in an open folder, on the same disk. Throws `BeneathError` and the system's errors. */
export async function openFolderIn(parent: Folder, name: EntryName): Promise<Folder> {
  const folder = await openFolder(nameIn(parent, name)).catch(refuseLink);
  return closedOnError(folder.handle, async () => {
    if (folder.device !== parent.device) throw new BeneathError('it is on another disk');
    await checkSame(folder.handle, folder.path);
    return { ...folder, owner: parent.owner };
  });
}

/**
 * A plain file in an open folder, for reading. It must belong to the folder's owner or this process's user, and have no
 * other name: a second name (hard link) may belong to a file that the kernel itself cannot read. Throws `BeneathError`
 * and the system's errors.
 */
export async function openFileIn(parent: Folder, name: EntryName): Promise<BeneathFile> {
  const path = nameIn(parent, name);
  const handle = await open(path, READ).catch(refuseLink);
  return closedOnError(handle, async () => {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw new BeneathError('it is not a plain file');
    if (stats.nlink > 1n) throw new BeneathError('it has a second name (a hard link)');
    if (stats.uid !== parent.owner && stats.uid !== BigInt(process.geteuid?.() ?? stats.uid))
      throw new BeneathError('it belongs to another user');
    await checkSame(handle, path);
    return { handle, sizeBytes: Number(stats.size), stamp: `${stats.ino} ${stats.size} ${stats.mtimeNs}` };
  });
}

/** The file at a relative path, `names` from the folder down. Throws as `openFileIn`. */
export async function openFileBeneath(root: Folder, names: readonly string[]): Promise<BeneathFile> {
  const held: Folder[] = [];
  try {
    for (const name of names.slice(0, -1)) held.push(await openFolderIn(held.at(-1) ?? root, name));
    return await openFileIn(held.at(-1) ?? root, names.at(-1) ?? '');
  } finally {
    for (const { handle } of held) await handle.close();
  }
}

/** The entries of an open folder, at most `limit` and one more if there are more, in no order. */
export async function entriesOf(folder: Folder, limit: number): Promise<Entry[]> {
  const found: Entry[] = [];
  const entries = await opendir(folder.path, { bufferSize: 512, encoding: 'buffer' as BufferEncoding });
  for await (const entry of entries) {
    const bytes = entry.name as unknown as Buffer;
    const type = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other';
    found.push({ name: isUtf8(bytes) ? bytes.toString() : bytes, type });
    if (found.length > limit) break;
  }
  return found;
}

/** The path of an entry of an open folder. Throws `BeneathError`. */
export function nameIn({ path }: Folder, name: EntryName): EntryName {
  const text = name.toString('latin1');
  if (text === '' || text === '.' || text === '..' || /[/\0]/.test(text) || (!IS_LINUX && text.includes('\\')))
    throw new BeneathError('its name is not a plain name');
  return typeof name === 'string' ? join(path, name) : Buffer.concat([Buffer.from(`${path}/`), name]);
}

/** The errors that `O_NOFOLLOW` and `O_DIRECTORY` cause for a link, for a file in place of a folder, for a socket. */
function refuseLink(error: NodeJS.ErrnoException): never {
  if (error.code === 'ELOOP' || error.code === 'EMLINK') throw new BeneathError('it is a link', { cause: error });
  if (error.code === 'ENOTDIR') throw new BeneathError('its folder is not a plain folder', { cause: error });
  if (error.code === 'ENXIO' || error.code === 'ENODEV')
    throw new BeneathError('it is not a plain file', { cause: error });
  throw error;
}

/** If a descriptor does not hold the path: checks that the name still leads to what was opened, and is not a link. */
async function checkSame(handle: FileHandle, path: EntryName): Promise<void> {
  if (IS_LINUX) return;
  const [opened, named] = await Promise.all([handle.stat({ bigint: true }), lstat(path, { bigint: true })]);
  if (named.isSymbolicLink() || opened.ino !== named.ino || opened.dev !== named.dev)
    throw new BeneathError('it changed while it was being opened');
}

async function closedOnError<T>(handle: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await handle.close();
    throw error;
  }
}
