import { type FSWatcher, watch } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type FolderWatch, watchFolder, type WatchOptions } from '../../src/files/folder-watch.ts';
import { scanFolder } from '../../src/files/script-scan.ts';
import { folderWith } from './folder.ts';

const PATIENT = { timeout: 30_000 };

/** Watches a folder as the scripts are watched, and keeps what it was told. */
async function watched(root: string, more: Partial<WatchOptions> = {}) {
  const seen: string[][] = [];
  const problems: (string | undefined)[] = [];
  const look = async (): Promise<void> => {
    const { entries, folders } = await scanFolder({ root, followLinks: false });
    if (current.follow(folders)) return look();
    seen.push(entries.map(({ name }) => name));
  };
  const current: FolderWatch = await watchFolder({
    root,
    onChange: look,
    onProblem: (problem) => problems.push(problem?.what),
    ...more,
  });
  onTestFinished(() => current.close());
  await look();
  return { seen, problems, current };
}

const failing = (code: string): FSWatcher => {
  throw Object.assign(new Error(code), { code });
};

it('notices files in folders that are made, removed and made again', async () => {
  const root = await folderWith({ 'a.ipynb': '' });
  const { seen, problems } = await watched(root);
  for (const name of ['b', 'c']) {
    await mkdir(join(root, 'sub'));
    await writeFile(join(root, `sub/${name}.ipynb`), '');
    await expect.poll(() => seen.at(-1), PATIENT).toEqual(['a', `sub/${name}`]);
    await rm(join(root, 'sub'), { recursive: true });
    await expect.poll(() => seen.at(-1), PATIENT).toEqual(['a']);
  }
  expect(problems).toEqual([]);
});

it.each(['EMFILE', 'ENOSYS', 'EIO'])('says so after %s', async (code) => {
  const { problems, current } = await watched(await folderWith({}), { watch: () => failing(code) });
  expect(current.problem()).toMatchObject({ what: expect.stringContaining(code), remedy: expect.any(String) });
  expect(problems).toEqual([expect.stringContaining(code)]);
});

it('polls after ENOSPC, says so once, and when it is over', async () => {
  const root = await folderWith({ 'a.ipynb': '' });
  const code = 'ENOSPC';
  let works = false;
  const { seen, problems, current } = await watched(root, {
    watch: (folder) => (works ? watch(folder) : failing(code)),
  });
  expect(current.problem()).toMatchObject({ what: expect.stringContaining(code) });
  await writeFile(join(root, 'b.ipynb'), '');
  await expect.poll(() => seen.at(-1), PATIENT).toEqual(['a', 'b']);
  expect(problems).toEqual([expect.stringContaining(code)]);
  works = true;
  await expect.poll(() => problems, PATIENT).toEqual([expect.stringContaining(code), undefined]);
  expect(current.problem()).toBeUndefined();
});

it('says so when a watch that worked fails later', async () => {
  const root = await folderWith({ 'a.ipynb': '' });
  const watchers: FSWatcher[] = [];
  const { problems } = await watched(root, {
    watch: (folder) => {
      if (watchers.length > 0) return failing('EIO');
      watchers.push(watch(folder));
      return watchers[0] as FSWatcher;
    },
  });
  watchers[0]?.emit('error', Object.assign(new Error('EIO'), { code: 'EIO' }));
  expect(problems).toEqual([expect.stringContaining('EIO')]);
});

it('does not ask the system when it is to poll', async () => {
  const root = await folderWith({ 'a.ipynb': '' });
  const { seen, problems } = await watched(root, { polls: true, watch: () => failing('ENOSPC') });
  await writeFile(join(root, 'b.ipynb'), '');
  await expect.poll(() => seen.at(-1), PATIENT).toEqual(['a', 'b']);
  expect(problems).toEqual([]);
});

it('waits for a folder that does not exist yet, and ignores one that may not be read', async () => {
  const root = join(await folderWith({}), 'scripts');
  const { seen, problems } = await watched(root, {
    watch: (folder) => (folder.endsWith('closed') ? failing('EACCES') : watch(folder)),
  });
  await mkdir(join(root, 'closed'), { recursive: true });
  await writeFile(join(root, 'a.ipynb'), '');
  await expect.poll(() => seen.at(-1), PATIENT).toEqual(['a']);
  expect(problems).toEqual([]);
});
