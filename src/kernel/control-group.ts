/**
 * Where control groups can be made for kernels: below our own group, for each controller, version 1 or 2.
 * Source: https://docs.kernel.org/admin-guide/cgroup-v1/cgroups.html, https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const REMOVE_MS = 20;
const REMOVE_TRIES = 50;
const CONTROLLERS = ['memory', 'pids', 'cpu'];

export interface GroupPlace {
  /** Folder in which groups are made. */
  readonly path: string;
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
}

const lines = async (path: string) => (await readFile(path, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

/** [] where none can be made: other systems, ordinary users, most containers. Never throws. */
export async function findGroupPlaces(): Promise<GroupPlace[]> {
  const [mounts, own] = await Promise.all([lines('/proc/self/mounts'), lines('/proc/self/cgroup')]);
  const groups = own.map((line) => line.split(':')).map(([, controllers = '', ...path]) => ({ controllers: controllers.split(','), path: path.join(':') }));
  const places: GroupPlace[] = [];
  for (const mounted of mounts) {
    const [, path = '', kind, options = ''] = mounted.split(' ');
    if (kind === 'cgroup2') places.push(...await unifiedPlace(path, groups.find(({ controllers }) => controllers[0] === '')?.path ?? '/'));
    const here = kind === 'cgroup' ? CONTROLLERS.filter((name) => options.split(',').includes(name)) : [];
    if (here.length === 0) continue;
    const group = groups.find(({ controllers }) => controllers.includes(here[0]!))?.path ?? '/';
    const folder = (await mayWrite(join(path, group))) ? join(path, group) : path;
    if (await mayWrite(folder)) places.push({ path: folder, version: 1, controllers: here });
  }
  return places;
}

/** Groups that have processes of their own cannot hand controllers on: where only we are in ours, we move into a group of our own. */
async function unifiedPlace(mount: string, group: string): Promise<GroupPlace[]> {
  const own = join(mount, group);
  const available = (await lines(join(own, 'cgroup.controllers'))).join(' ').split(' ');
  const controllers = CONTROLLERS.filter((name) => available.includes(name));
  if (controllers.length === 0) return [];
  try {
    const inOwn = await lines(join(own, 'cgroup.procs'));
    if (inOwn.some((pid) => pid !== String(process.pid))) return await rootPlace(mount, controllers);
    await mkdir(join(own, 'server'), { recursive: true });
    await writeFile(join(own, 'server', 'cgroup.procs'), String(process.pid));
    await writeFile(join(own, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
    return [{ path: own, version: 2, controllers }];
  } catch {
    return [];
  }
}

/** As root, outside any service: a group beside the system's own. */
async function rootPlace(mount: string, controllers: readonly string[]): Promise<GroupPlace[]> {
  const path = join(mount, 'script-runner');
  const enable = controllers.map((name) => `+${name}`).join(' ');
  if (!(await mayWrite(mount))) return [];
  await writeFile(join(mount, 'cgroup.subtree_control'), enable);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'cgroup.subtree_control'), enable);
  return [{ path, version: 2, controllers }];
}

/** A guard removes its groups itself, unless it was killed; what it kept may take a moment to die then. */
export async function removeGroups(places: readonly GroupPlace[], name: string): Promise<void> {
  await Promise.all(places.map(({ path }) => removeGroup(join(path, name))));
}

async function removeGroup(path: string): Promise<void> {
  for (let tries = REMOVE_TRIES; tries > 0; tries -= 1) {
    const error = await rmdir(path).then(() => undefined, (cause: NodeJS.ErrnoException) => cause.code);
    if (error !== 'EBUSY') return;
    await wait(REMOVE_MS);
  }
}

/** Removes the groups that belong to a server's folder of this name; those in use stay. `ageMs`: of the group. */
export async function sweepGroups(places: readonly GroupPlace[], isDead: (folder: string, ageMs: number) => boolean): Promise<void> {
  for (const { path } of places) {
    const names = (await readdir(path).catch((): string[] => [])).filter((name) => /^script-runner-k-[A-Za-z0-9]{6}\.\d+$/.test(name));
    for (const name of names) {
      const { ctimeMs } = await stat(join(path, name)).catch(() => ({ ctimeMs: Infinity }));
      if (isDead(name.slice(0, name.indexOf('.')), Date.now() - ctimeMs)) await rmdir(join(path, name)).catch(() => undefined);
    }
  }
}

function mayWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(() => true, () => false);
}
