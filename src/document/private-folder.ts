/** A folder of one program, which nobody else can enter; it is removed afterwards. */
import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../disk/folder-removal.ts';
import type { ProgramUser } from './program.ts';

/** Belongs to `user`, if there is one, else to this process's user. */
export async function withPrivateFolder<T>(
  user: ProgramUser | undefined,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  // The mode of such a folder is 0700.
  const folder = await mkdtemp(join(tmpdir(), 'script-runner-export-'));
  try {
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    return await work(folder);
  } finally {
    await removeFolder(folder);
  }
}
