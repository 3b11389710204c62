/**
 * Finds where control groups can be made for kernels: in one group below our own, for each controller, version 1 or 2.
 * Source: https://docs.kernel.org/admin-guide/cgroup-v1/cgroups.html,
 * https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
import { constants, existsSync } from 'node:fs';
import { access, mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parentOf, readProcessFile } from '../../system/proc.ts';

const REMOVE_MS = 20;
const REMOVE_TRIES = 50;
const CONTROLLERS = ['memory', 'pids', 'cpu'];
/** The group that contains those of all kernels. */
const AROUND = 'script-runner';
/**
 * However many kernels compute, the server gets its share, and soon: what it does takes milliseconds, and all readers
 * wait for it. In version 2 its group has weight 100, and the kernels' group half of that. In version 1 the server may
 * be a process without its own group, beside others: all kernels together count as half of such a process on each
 * processor, with 1024 there, while the shares of a group are spread over all processors. With a quarter, readers wait
 * no less, and a run that shows much is slower.
 */
const SHARES = { 1: ['cpu.shares', String(512 * availableParallelism())], 2: ['cpu.weight', '50'] } as const;

export interface GroupPlace {
  /** Folder in which groups are made. */
  readonly path: string;
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const lines = async (path: string) => linesOf(await readFile(path, 'utf8').catch(() => ''));

let known: Promise<readonly GroupPlace[]> | undefined;

/**
 * [] if none can be made: other systems, ordinary users, most containers. Never throws. Call it once: it may move this
 * process.
 */
export function findGroupPlaces(): Promise<readonly GroupPlace[]> {
  return (known ??= findPlaces());
}

async function findPlaces(): Promise<GroupPlace[]> {
  const [mounts, own] = await Promise.all([
    readProcessFile('self', 'mounts').then(linesOf),
    readProcessFile('self', 'cgroup').then(linesOf),
  ]);
  const groups = own
    .map((line) => line.split(':'))
    .map(([, controllers = '', ...path]) => ({ controllers: controllers.split(','), path: path.join(':') }));
  const places: GroupPlace[] = [];
  for (const mounted of mounts) {
    const [, path = '', kind, options = ''] = mounted.split(' ');
    if (kind === 'cgroup2')
      places.push(...(await unifiedPlace(path, groups.find(({ controllers }) => controllers[0] === '')?.path ?? '/')));
    const here = kind === 'cgroup' ? CONTROLLERS.filter((name) => options.split(',').includes(name)) : [];
    if (here.length === 0) continue;
    const group = groups.find(({ controllers }) => controllers.includes(here[0]!))?.path ?? '/';
    const folder = (await mayWrite(join(path, group))) ? join(path, group) : path;
    places.push(
      ...(await placeBelow(folder, 1, here).then(
        (place) => [place],
        () => [],
      )),
    );
  }
  return places;
}

/** The group that contains the groups of all kernels; it stays when the server ends, for the next one. */
async function placeBelow(folder: string, version: 1 | 2, controllers: readonly string[]): Promise<GroupPlace> {
  const path = join(folder, AROUND);
  const [file, shares] = SHARES[version];
  await mkdir(path, { recursive: true });
  // made by another user's server: not usable
  await access(path, constants.W_OK);
  if (controllers.includes('cpu')) await writeFile(join(path, file), shares);
  if (version === 2 && controllers.length > 0) await enable(path, controllers);
  return { path, version, controllers };
}

const enable = (group: string, controllers: readonly string[]) =>
  writeFile(join(group, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));

/**
 * Groups that limit nothing; but every connection from a kernel to the server carries its group. Source:
 * INET_DIAG_CGROUP_ID in https://man7.org/linux/man-pages/man7/sock_diag.7.html
 */
async function markPlace(mount: string, group: string): Promise<GroupPlace[]> {
  // others may not move processes, which the folder's own permissions do not show
  if (process.getuid?.() !== 0) return [];
  const own = join(mount, group);
  return placeBelow((await mayWrite(own)) ? own : mount, 2, []).then(
    (place) => [place],
    () => [],
  );
}

/** Groups that contain processes cannot delegate controllers: if only we are in ours, we move into one below it. */
async function unifiedPlace(mount: string, group: string): Promise<GroupPlace[]> {
  const own = join(mount, group);
  const available = (await lines(join(own, 'cgroup.controllers'))).join(' ').split(' ');
  const controllers = CONTROLLERS.filter((name) => available.includes(name));
  if (controllers.length === 0) return markPlace(mount, group);
  try {
    const inOwn = await lines(join(own, 'cgroup.procs'));
    const isOurs = (await Promise.all(inOwn.map(belongsToUs))).every(Boolean);
    // As root, outside any service: a group beside the system's own.
    const around = isOurs ? own : mount;
    if (isOurs) {
      await mkdir(join(own, 'server'), { recursive: true });
      // It does not matter if one has ended meanwhile.
      for (const pid of inOwn) await writeFile(join(own, 'server', 'cgroup.procs'), pid).catch(() => undefined);
    }
    await enable(around, controllers);
    return [await placeBelow(around, 2, controllers)];
  } catch {
    return markPlace(mount, group);
  }
}

/**
 * This process, the processes that it started, and those that started it in this group: a Node that is too old, or a
 * shell.
 */
async function belongsToUs(pid: string): Promise<boolean> {
  if ([process.pid, process.ppid].includes(Number(pid))) return pid !== '0';
  const parent = await parentOf(Number(pid));
  return parent === undefined || parent === process.pid;
}

/** A supervisor removes its groups itself, unless it was killed; then its processes may take a moment to die. */
export async function removeGroups(places: readonly GroupPlace[], name: string): Promise<void> {
  await Promise.all(places.map(({ path }) => removeGroup(join(path, name))));
}

async function removeGroup(path: string): Promise<void> {
  if (!existsSync(path)) return;
  for (let tries = REMOVE_TRIES; tries > 0; tries -= 1) {
    const error = await rmdir(path).then(
      () => undefined,
      (cause: NodeJS.ErrnoException) => cause.code,
    );
    if (error !== 'EBUSY') return;
    await wait(REMOVE_MS);
  }
}

/** Removes the groups that belong to a server's folder of this name; those in use stay. `ageMs`: of the group. */
export async function sweepGroups(
  places: readonly GroupPlace[],
  isDead: (folder: string, ageMs: number) => boolean,
): Promise<void> {
  for (const { path } of places) {
    const names = (await readdir(path).catch((): string[] => [])).filter((name) =>
      /^script-runner-k-[A-Za-z0-9]{6}\.\d+$/.test(name),
    );
    for (const name of names) {
      const { ctimeMs } = await stat(join(path, name)).catch(() => ({ ctimeMs: Infinity }));
      if (isDead(name.slice(0, name.indexOf('.')), Date.now() - ctimeMs))
        await rmdir(join(path, name)).catch(() => undefined);
    }
  }
}

function mayWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
