import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entriesOf, openFileBeneath, openFolder, openFolderIn, type Folder } from '../../src/disk/beneath.ts';

let base: string;
let root: Folder;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'beneath-'));
  await mkdir(join(base, 'out/deep'), { recursive: true });
  await mkdir(join(base, 'private'));
  await writeFile(join(base, 'private/token'), 'secret');
  await writeFile(join(base, 'out/deep/token'), 'mine');
  root = await openFolder(join(base, 'out'));
});
afterEach(async () => {
  await root.handle.close();
  await rm(base, { recursive: true });
});

async function textOf(...names: string[]): Promise<string> {
  const { handle } = await openFileBeneath(root, names);
  return handle.readFile('utf8').finally(() => handle.close());
}

it('opens a file some folders down', async () => {
  expect(await textOf('deep', 'token')).toBe('mine');
});

it('follows no link, neither for the file nor for a folder above it', async () => {
  await symlink('../private', join(base, 'out/folder'));
  await symlink('../private/token', join(base, 'out/file'));
  await symlink('/proc/self', join(base, 'out/proc'));
  for (const names of [['folder', 'token'], ['file'], ['proc', 'environ']])
    await expect(textOf(...names)).rejects.toThrow(/link|plain folder/);
});

it('opens nothing by a name that leads elsewhere', async () => {
  for (const names of [['..', 'private', 'token'], ['.'], [''], ['deep/token'], ['a\0b'], []])
    await expect(textOf(...names)).rejects.toThrow('not a plain name');
});

it('opens neither folders, pipes nor files with a second name, and waits for none', async () => {
  execFileSync('mkfifo', [join(base, 'out/pipe')]);
  await link(join(base, 'private/token'), join(base, 'out/hard'));
  await expect(textOf('deep')).rejects.toThrow('not a plain file');
  await expect(textOf('pipe')).rejects.toThrow('not a plain file');
  await expect(textOf('hard')).rejects.toThrow('second name');
});

it('stays in a folder that is swapped for a link after it was opened', async () => {
  const deep = await openFolderIn(root, 'deep');
  await rename(join(base, 'out/deep'), join(base, 'out/moved'));
  await symlink('../private', join(base, 'out/deep'));
  const { handle } = await openFileBeneath(deep, ['token']);
  expect(await handle.readFile('utf8')).toBe('mine');
  await handle.close();
  await deep.handle.close();
});

it('lists no more entries than one beyond the limit', async () => {
  for (let at = 0; at < 20; at += 1) await writeFile(join(base, `out/${at}`), '');
  expect(await entriesOf(root, 5)).toHaveLength(6);
  expect(await entriesOf(root, 100)).toHaveLength(21);
});
