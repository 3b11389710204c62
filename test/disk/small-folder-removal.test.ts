/** A small folder is removed at once; links in it are not followed, and what is large is left for later. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeFolder } from '../../src/disk/folder-removal.ts';
import { removeSmallFolder } from '../../src/disk/small-folder-removal.ts';

function base(): string {
  const path = mkdtempSync(join(tmpdir(), 'small-removal-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('removes files, folders, links and names that are no text', () => {
  const root = base();
  const outside = join(root, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'kept'), 'kept');
  const folder = join(root, 'folder');
  mkdirSync(join(folder, 'a', 'b', 'c'), { recursive: true });
  writeFileSync(join(folder, 'a', 'b', 'file'), 'x');
  writeFileSync(Buffer.concat([Buffer.from(join(folder, 'a') + '/'), Buffer.from([0xe9, 0x74, 0xe9])]), 'x');
  for (const path of ['link', 'a/link']) symlinkSync(outside, join(folder, path));
  expect(removeSmallFolder(folder)).toBe(process.platform === 'linux');
  expect(existsSync(folder)).toBe(process.platform !== 'linux');
  expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
});

test('a link in place of the folder stays, with what it leads to', () => {
  const root = base();
  mkdirSync(join(root, 'outside', 'kept'), { recursive: true });
  symlinkSync(join(root, 'outside'), join(root, 'folder'));
  expect(removeSmallFolder(join(root, 'folder'))).toBe(false);
  expect(existsSync(join(root, 'outside', 'kept'))).toBe(true);
});

test.each<[what: string, fill: (folder: string) => void]>([
  ['many files', (folder) => Array.from({ length: 300 }, (_, at) => writeFileSync(join(folder, String(at)), ''))],
  ['folders in folders', (folder) => mkdirSync(join(folder, ...'abcdefghij'), { recursive: true })],
  [
    'a long file',
    (folder) => {
      writeFileSync(join(folder, 'long'), '');
      truncateSync(join(folder, 'long'), 2 ** 30);
    },
  ],
])('leaves %s to the removal that keeps nobody waiting', async (_, fill) => {
  const folder = join(base(), 'folder');
  mkdirSync(folder);
  fill(folder);
  expect(removeSmallFolder(folder)).toBe(false);
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
});
