/** A folder of one program, which nobody else can enter; it is removed afterwards. */
import { chown, lstat, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../disk/folder-removal.ts';
import type { ProgramUser } from './program.ts';

const PREFIX = 'script-runner-export-';
/** As `mkdtemp` makes it: other folders are never removed. */
const OWN_NAME = /^script-runner-export-[A-Za-z0-9]{6}$/;
/** No document takes so long: the process that made such a folder was killed. */
const ABANDONED_MS = 86_400_000;

/** Belongs to `user`, if there is one, else to this process's user. */
export async function withPrivateFolder<T>(
  user: ProgramUser | undefined,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  // The mode of such a folder is 0700.
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  try {
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    return await work(folder);
  } finally {
    await removeFolder(folder);
  }
}

/**
 * Removes folders of processes that were killed: those that are a day old, and belong to `uids`. Never rejects: what
 * could not be removed is tried again next time.
 */
export async function sweepPrivateFolders(uids: readonly number[], base = tmpdir()): Promise<void> {
  const names = await readdir(base).catch((): string[] => []);
  for (const name of names.filter((each) => OWN_NAME.test(each))) {
    const folder = join(base, name);
    const info = await lstat(folder).catch(() => undefined);
    const isAbandoned = info?.isDirectory() === true && Date.now() - info.mtimeMs > ABANDONED_MS;
    if (isAbandoned && uids.includes(info.uid)) await removeFolder(folder).catch(() => undefined);
  }
}
