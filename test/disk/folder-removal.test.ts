/** What notebooks leave in folders is removed, whatever its depth, mode and names; links are removed, not followed. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeFolder } from '../../src/disk/folder-removal.ts';

function base(): string {
  const path = mkdtempSync(join(tmpdir(), 'removal-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('removes folders deeper than any path can be', async () => {
  const folder = join(base(), 'deep');
  mkdirSync(folder);
  // each step is made from inside the last one
  execFileSync('python3', ['-c', 'import os\nfor _ in range(200): os.mkdir("x" * 100); os.chdir("x" * 100)'], {
    cwd: folder,
  });
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
});

test('removes folders that nobody may read or write, and names that are no text', async () => {
  const folder = join(base(), 'odd');
  mkdirSync(join(folder, 'a', 'b'), { recursive: true });
  writeFileSync(join(folder, 'a', 'b', 'file'), 'x');
  writeFileSync(Buffer.concat([Buffer.from(join(folder, 'a') + '/'), Buffer.from([0xe9, 0x74, 0xe9])]), 'x');
  chmodSync(join(folder, 'a', 'b'), 0);
  chmodSync(join(folder, 'a'), 0o555);
  chmodSync(folder, 0o555);
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
});

test('follows no link, neither to what is in it nor to its mode', async () => {
  const root = base();
  const outside = join(root, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'kept'), 'kept');
  chmodSync(outside, 0o555);
  const folder = join(root, 'folder');
  mkdirSync(join(folder, 'inner'), { recursive: true });
  for (const path of ['link', 'inner/link']) symlinkSync(outside, join(folder, path));
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
  expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
  expect(lstatSync(outside).mode & 0o777).toBe(0o555);
  symlinkSync(outside, folder);
  await expect(removeFolder(folder)).rejects.toThrow('ENOTDIR');
  expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
  chmodSync(outside, 0o755);
});

test('ends when its time is over, goes on the next time, and minds nothing that is not there', async () => {
  const folder = join(base(), 'many');
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), 'x');
  await expect(removeFolder(folder, -1)).rejects.toThrow('takes too long');
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
  await removeFolder(folder);
});

const mayFix = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'removal-'));
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const [fixed, freed] = ['+i', '-i'].map((mode) => spawnSync('chattr', [mode, file]).status);
  rmSync(folder, { recursive: true });
  return fixed === 0 && freed === 0;
})();

test.skipIf(!mayFix)('removes what is around a file that cannot be removed, needs chattr as root', async () => {
  const folder = join(base(), 'odd');
  for (const path of ['a/b', 'z']) mkdirSync(join(folder, path), { recursive: true });
  for (const path of ['a/fixed', 'a/b/file', 'z/file', 'file']) writeFileSync(join(folder, path), 'x');
  execFileSync('chattr', ['+i', join(folder, 'a/fixed')]);
  await expect(removeFolder(folder)).rejects.toThrow('EPERM');
  expect(readdirSync(folder, { recursive: true })).toEqual(['a', 'a/fixed']);
  execFileSync('chattr', ['-i', join(folder, 'a/fixed')]);
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
});
