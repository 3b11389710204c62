import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isLocal, isLocalType, isShared, lookAtOnce } from '../../src/disk/file-system.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-system-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.runIf(process.platform === 'linux')('knows at once what is on a disk of this machine, but for links', async () => {
  await writeFile(join(folder, 'file'), '');
  await mkdir(join(folder, 'inner'));
  await symlink('file', join(folder, 'link'));
  const looks = ['file', 'inner', 'nothing', 'file/inner', 'link'].map((name) => lookAtOnce(join(folder, name)));
  expect(await Promise.all(looks)).toEqual(['there', 'there', 'absent', undefined, undefined]);
});

it.runIf(process.platform === 'linux')('waits for what is elsewhere, or cannot be asked', async () => {
  expect(await Promise.all(['/proc', '/nothing'].map(isLocal))).toEqual([false, false]);
  expect(await Promise.all(['/proc', '/nothing', folder].map(isShared))).toEqual([false, false, false]);
  expect(await Promise.all([lookAtOnce('/proc/self'), lookAtOnce('/nothing/at/all')])).toEqual([undefined, undefined]);
});

it('does not take a file system of a network for a disk', () => {
  expect([0x6969, 0x65735546, 0xff534d42, -0xacb2be].map(isLocalType)).toEqual([false, false, false, false]);
});
