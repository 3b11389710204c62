/**
 * The temporary data folder of `script-runner run`, which holds a key, values and outputs. If the process is killed it
 * stays; the next `run` or `serve` of the same user removes it.
 */
import { lstat, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../../disk/folder-removal.ts';

const PREFIX = 'script-runner-run-';
/** As `mkdtemp` makes it: other folders are never removed. */
const OWN_NAME = /^script-runner-run-[A-Za-z0-9]{6}$/;
/** A younger folder without a lock may belong to a run that is about to lock it. */
const YOUNG_MS = 600_000;
/** Longest time for one folder; the rest is removed at the next start. */
const REMOVAL_MS = 10_000;

/** Private to the user. */
export function makeRunFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), PREFIX));
}

/** Removes the folders whose process is gone. Never rejects: what could not be removed is tried again next time. */
export async function sweepRunFolders(base = tmpdir()): Promise<void> {
  const names = await readdir(base).catch((): string[] => []);
  const folders = names.filter((each) => OWN_NAME.test(each)).map((name) => join(base, name));
  for (const folder of folders) {
    if (await isAbandoned(folder)) await removeFolder(folder, REMOVAL_MS).catch(() => undefined);
  }
}

async function isAbandoned(folder: string): Promise<boolean> {
  // not loaded before it is needed: the kernel of a run starts first
  const { LOCK, isLocked } = await import('../../store/lock.ts');
  try {
    const info = await lstat(folder);
    if (!info.isDirectory() || info.uid !== process.getuid?.()) return false;
    const lock = await lstat(join(folder, LOCK)).catch(() => undefined);
    // opening anything but a plain file might wait, or lead elsewhere
    return lock?.isFile() === true ? !isLocked(folder) : Date.now() - info.ctimeMs > YOUNG_MS;
  } catch {
    return false;
  }
}
