/**
 * The private folder of one server's kernels: sockets, HOME and temporary files, with a numbered folder for each
 * kernel. A listening socket in it shows that its server lives; folders of dead servers are removed, with their
 * processes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { chmod, lstat, mkdtemp, readdir } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { basename, dirname, join } from 'node:path';
import { removeFolder } from '../../disk/folder-removal.ts';
import { createFolderRemover, type LeftoverReport } from '../../disk/folder-remover.ts';
import { removeSmallFolder } from '../../disk/small-folder-removal.ts';
import { sweepGroups, type GroupPlace } from './cgroup.ts';
import { processesWith } from '../../system/proc.ts';
import { killProcess } from '../../system/process-kill.ts';

/** The variable that marks every process of a server's kernels with the server's folder. */
export const RUNTIME_VARIABLE = 'SCRIPT_RUNNER_RUNTIME';
const PREFIX = 'script-runner-k-';
/** As `mkdtemp` makes it: other folders are never removed. */
const OWN_NAME = /^script-runner-k-[A-Za-z0-9]{6}$/;
/** Used if the system's temporary folder has too long a path for sockets. */
const LONGEST_BASE = 60;
/** A folder this young may belong to a server that is about to listen. */
const YOUNG_MS = 60_000;
/** So many folders may be in removal; the next kernel waits for one of them. */
const REMOVALS = 32;
/** A small folder is removed on this thread, which first stores how the run has ended. */
const REST_MS = 20;
/** The server waits this long at its end for the folder to be removed; the rest is removed at the next start. */
const CLOSE_WAIT_MS = 5_000;

/** A file that each kernel's HOME starts with. */
export interface HomeFile {
  /** Below HOME. */
  readonly path: string;
  readonly content: Uint8Array;
}

export interface RuntimeDirectory {
  readonly path: string;
  /** A new folder (0700) for one kernel, with `home/` and `tmp/` in it. */
  next(): Promise<string>;
  /**
   * Removes a folder that `next` made, once `unused` has settled. Never rejects: what cannot be removed is reported,
   * and tried again every minute and at the next start. Settles when the folder is removed, could not be removed, or
   * takes too long. `close` waits for it.
   */
  remove(directory: string, unused?: Promise<unknown>): Promise<unknown>;
  close(): Promise<void>;
}

export async function createRuntimeDirectory(
  base = defaultBase(),
  homeFiles: readonly HomeFile[] = [],
  onLeftover: LeftoverReport = () => undefined,
): Promise<RuntimeDirectory> {
  const path = await mkdtemp(join(base, PREFIX));
  await chmod(path, 0o700);
  const beacon = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => beacon.once('error', reject).listen(join(path, 'alive'), resolve));
  beacon.unref();
  let count = 0;
  const remover = createFolderRemover({ onLeftover });
  const removals = new Set<Promise<unknown>>();
  return {
    path,
    async next() {
      while (removals.size >= REMOVALS) await Promise.race(removals);
      // at once: passing each system call to another thread takes longer than the call
      const directory = join(path, String(++count));
      mkdirSync(directory, { mode: 0o700 });
      for (const name of ['home', 'tmp', 'overlay']) mkdirSync(join(directory, name), { mode: 0o700 });
      for (const { path, content } of homeFiles) place(join(directory, 'home', path), content);
      return directory;
    },
    remove(directory, unused) {
      const removal = Promise.resolve(unused?.then(() => wait(REST_MS)))
        .then(() => removeSmallFolder(directory) || remover.remove(directory))
        .finally(() => removals.delete(removal));
      removals.add(removal);
      return removal;
    },
    async close() {
      await Promise.all(removals);
      await remover.close();
      await new Promise((resolve) => beacon.close(resolve));
      await removeFolder(path, CLOSE_WAIT_MS).catch((error: unknown) => onLeftover(path, error));
    },
  };
}

function place(path: string, content: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, content, { mode: 0o600 });
}

/** Kills and removes what dead servers left behind; returns the number of folders removed. */
export async function sweepLeftovers(
  places: readonly GroupPlace[] = [],
  base = defaultBase(),
  onLeftover: LeftoverReport = () => undefined,
): Promise<number> {
  const names = await readdir(base).catch((): string[] => []);
  const folders = names.filter((name) => OWN_NAME.test(name)).map((name) => join(base, name));
  const dead = (
    await Promise.all(folders.map(async (folder) => ((await isAbandoned(folder)) ? folder : undefined)))
  ).filter((folder) => folder !== undefined);
  for (const folder of dead) {
    for (const pid of await processesWith(`${RUNTIME_VARIABLE}=${folder}`)) killProcess(pid);
    await removeFolder(folder).catch((error: unknown) => onLeftover(folder, error));
  }
  const gone = new Set(dead.map((folder) => basename(folder)));
  const alive = new Set(folders.map((folder) => basename(folder)));
  // Of a server with another temporary folder only the groups are visible: a young one is about to be used.
  await sweepGroups(places, (folder, ageMs) => gone.has(folder) || (!alive.has(folder) && ageMs > YOUNG_MS));
  return dead.length;
}

async function isAbandoned(folder: string): Promise<boolean> {
  const info = await lstat(folder).catch(() => undefined);
  if (info === undefined || !info.isDirectory() || info.uid !== process.getuid?.()) return false;
  const error = await new Promise<string | undefined>((resolve) => {
    const socket = connect(join(folder, 'alive'), () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (cause: NodeJS.ErrnoException) => resolve(cause.code));
  });
  return error === 'ECONNREFUSED' || (error === 'ENOENT' && Date.now() - info.ctimeMs > YOUNG_MS);
}

function defaultBase(): string {
  const base = tmpdir();
  return base.length <= LONGEST_BASE ? base : '/tmp';
}
