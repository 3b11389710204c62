/** On which file system a folder is: a look at a disk of this machine takes less than passing it to another thread. */
import { lstatSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LRUCache } from 'lru-cache';

/** File systems of networks and virtual machines (Linux), by number: they tell no saves of other machines. */
const SHARED = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB 2'],
  [0x65735546, 'FUSE, virtiofs'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x5346414f, 'AFS'],
  [0x786f4256, 'VirtualBox'],
]);
/** Disks of this machine, by number: the others, also those that nobody has listed, may answer late or never. */
const LOCAL = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'XFS'],
  [0x9123683e, 'Btrfs'],
  [0x2fc12fc1, 'ZFS'],
  [0xf2f52010, 'F2FS'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlay, of containers'],
]);
/** Folders whose answer is remembered, and for how long: something else may be mounted there. */
const REMEMBERED = 1_000;
const REMEMBERED_MS = 10_000;

/** Whether other machines may write the files of the folder; false where that is not known. */
export async function isShared(folder: string): Promise<boolean> {
  return SHARED.has(await fileSystemOf(folder));
}

/** Whether the folder is on a disk of this machine. */
export async function isLocal(folder: string): Promise<boolean> {
  return isLocalType(await fileSystemOf(folder));
}

/** `type`: the number of a file system. */
export function isLocalType(type: number): boolean {
  return process.platform === 'linux' && LOCAL.has(type >>> 0);
}

const known = new LRUCache<string, Promise<boolean>>({ max: REMEMBERED, ttl: REMEMBERED_MS });

/**
 * What is known at once: whether there is something at the path that is no link. Undefined: who wants to know has to
 * open it, which may take its time.
 */
export async function lookAtOnce(path: string): Promise<'absent' | 'there' | undefined> {
  const folder = dirname(path);
  let local = known.get(folder);
  if (local === undefined) known.set(folder, (local = isLocal(folder)));
  if (!(await local)) return undefined;
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return 'absent';
    return found.isSymbolicLink() ? undefined : 'there';
  } catch {
    return undefined;
  }
}

/** Its number on Linux; elsewhere, and where it cannot be asked, 0. */
async function fileSystemOf(folder: string): Promise<number> {
  if (process.platform !== 'linux') return 0;
  return statfs(folder).then(
    ({ type }) => type >>> 0,
    () => 0,
  );
}
