import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AppContext } from '../../src/app/context.ts';
import { collectArtifacts } from '../../src/worker/run-artifact.ts';
import { createMask } from '../../src/domain/mask/mask.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { openBlobFolder } from '../../src/store/blob/blob-disk.ts';

/** Stores no bytes: five hundred syncs would take too long. */
const unsynced = {
  async putStream(chunks: AsyncIterable<Uint8Array>) {
    return { hash: '0', sizeBytes: Buffer.concat(await Array.fromAsync(chunks)).byteLength };
  },
};

async function createCollector({ artifactBytes = 1e6, isSynced = true } = {}) {
  const base = await mkdtemp(join(tmpdir(), 'artifact-'));
  onTestFinished(() => rm(base, { recursive: true }));
  const folder = join(base, 'output');
  await mkdir(folder);
  await writeFile(join(base, 'token'), 'secret');
  const blobs = await openBlobFolder(join(base, 'blobs'));
  const events: RunEvent[] = [];
  const ctx = { blobs: isSynced ? blobs : unsynced, limits: { artifactBytes } } as unknown as AppContext;
  const write = async (event: RunEvent) => void events.push(event);
  const artifacts = collectArtifacts(ctx, { folder, mask: createMask([]), write });
  return {
    base,
    folder,
    artifacts,
    names: () => events.flatMap((event) => (event.type === 'artifact-added' ? [event.artifact.name] : [])),
    removed: () => events.flatMap((event) => (event.type === 'artifact-removed' ? [event.name] : [])),
    notices: () => events.flatMap((event) => (event.type === 'notice' ? [event.text] : [])),
    blobs: async () => (await Array.fromAsync(blobs.list())).flatMap(({ hashes }) => hashes),
  };
}

test('nothing is offered through a link, by whatever path it is announced', async () => {
  const { base, folder, artifacts, names, notices, blobs } = await createCollector();
  await symlink(base, join(folder, 'up'));
  await symlink(join(base, 'token'), join(folder, 'file'));
  await link(join(base, 'token'), join(folder, 'hard'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  for (const path of ['up/token', 'file', 'hard', 'pipe', '../token', join(base, 'token'), '', '.', 'a\0b'])
    await artifacts.take(path, 'x.txt');
  await artifacts.take('a'.repeat(100_000), 'x.txt');
  await artifacts.take('x/'.repeat(1000), 'x.txt');
  await artifacts.scan({ changed: true });
  expect(names()).toEqual([]);
  expect(await blobs()).toEqual([]);
  expect(notices()).toHaveLength(1);
  expect(notices()[0]).toMatch(/^These files are not offered: .* and \d+ more\.$/);
});

test('a folder whose time has not changed is read again only at the end', async () => {
  const { folder, artifacts, names } = await createCollector();
  const before = new Date('2026-01-01');
  await utimes(folder, before, before);
  await artifacts.scan({ changed: false });
  await writeFile(join(folder, 'late.csv'), '1');
  await utimes(folder, before, before);
  await artifacts.scan({ changed: false });
  expect(names()).toEqual([]);
  await writeFile(join(folder, 'next.csv'), '2');
  await artifacts.scan({ changed: false });
  expect(names()).toEqual(['late.csv', 'next.csv']);
  await writeFile(join(folder, 'last.csv'), '3');
  await utimes(folder, before, before);
  await artifacts.scan({ changed: true });
  expect(names()).toEqual(['late.csv', 'next.csv', 'last.csv']);
});

test.each([1, 20])('hidden entries are no downloads and hide none: %i', async (count) => {
  const { folder, artifacts, names, notices } = await createCollector();
  for (let entry = 0; entry < count; entry++) await mkdir(join(folder, `.${entry}`));
  await artifacts.scan({ changed: true });
  expect([names(), notices()]).toEqual([[], []]);
  await writeFile(join(folder, 'one.txt'), 'one');
  await artifacts.scan({ changed: true });
  expect(names()).toEqual(['one.txt']);
  await rm(folder, { recursive: true });
  await symlink('.', folder);
  await artifacts.scan({ changed: true });
  expect(names()).toEqual(['one.txt']);
});

test('a new file in a folder of the folder is offered after its cell', async () => {
  const { folder, artifacts, names } = await createCollector();
  await mkdir(join(folder, 'sub'));
  const before = new Date('2026-01-01');
  await utimes(folder, before, before);
  await artifacts.scan({ changed: false });
  await writeFile(join(folder, 'sub', 'new.csv'), '1');
  await artifacts.scan({ changed: false });
  expect(names()).toEqual(['sub-new.csv']);
});

test('one entry that is no file is named with its reason', async () => {
  const { folder, artifacts, notices } = await createCollector();
  await symlink('nowhere', join(folder, 'latest.csv'));
  await artifacts.scan({ changed: false });
  expect(notices()).toEqual([]);
  await artifacts.scan({ changed: true });
  await artifacts.scan({ changed: true });
  expect(notices()).toEqual(['The file “latest.csv” is not offered: it is a link.']);
});

test('announced files count as those that are found', async () => {
  const { folder, artifacts, names, notices } = await createCollector({ isSynced: false });
  for (let at = 0; at < 600; at += 1) {
    await writeFile(join(folder, `.${at}`), String(at));
    await artifacts.take(`.${at}`, `${at}.txt`);
  }
  await artifacts.scan({ changed: true });
  expect(names()).toHaveLength(500);
  expect(notices()).toEqual([expect.stringContaining('Only 500 files are offered')]);
});

test('a file that is announced again unchanged is offered once', async () => {
  const { folder, artifacts, names } = await createCollector();
  await writeFile(join(folder, 'a.txt'), 'a');
  for (let at = 0; at < 50; at += 1) await artifacts.take('a.txt', `${at}.txt`);
  expect(names()).toEqual(['0.txt']);
});

test('the states of a file that changes have a bound together', async () => {
  const { folder, artifacts, names, notices } = await createCollector({ artifactBytes: 1000 });
  for (let at = 0; at < 10; at += 1) {
    await writeFile(join(folder, 'a.bin'), `${at}`.repeat(900 + at));
    await artifacts.take('a.bin', 'a.bin');
  }
  await artifacts.scan({ changed: true });
  expect(names()).toHaveLength(4);
  expect(notices()).toEqual([expect.stringContaining('an earlier version of it is offered')]);
});

test('of thousands of odd entries a few are named', async () => {
  const { folder, artifacts, notices } = await createCollector();
  for (let at = 0; at < 3000; at += 1) await symlink('nowhere', join(folder, `l${at}`));
  await artifacts.scan({ changed: true });
  expect(notices()).toEqual([expect.stringMatching(/^These files are not offered: .* and 2995 more\.$/)]);
});

test('a renamed file takes its own place, and without the folder there is no download', async () => {
  const { folder, artifacts, names, removed } = await createCollector({ artifactBytes: 1000 });
  await writeFile(join(folder, 'A.csv'), 'x'.repeat(900));
  await artifacts.scan({ changed: false });
  await rename(join(folder, 'A.csv'), join(folder, 'a.csv'));
  await artifacts.scan({ changed: true });
  expect([names(), removed()]).toEqual([['A.csv', 'a.csv'], ['A.csv']]);
  await rm(folder, { recursive: true });
  await artifacts.scan({ changed: true });
  expect(removed()).toEqual(['A.csv', 'a.csv']);
});

test.skipIf(process.platform !== 'linux')('a name in Latin-1 is read as such, needs Linux', async () => {
  const { folder, artifacts, names, notices } = await createCollector();
  const latin = (text: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(text, 'latin1')]);
  await mkdir(latin('für'));
  for (const name of ['café.csv', 'für/naïve.csv']) await writeFile(latin(name), name);
  await writeFile(join(folder, 'café.csv'), 'UTF-8');
  await symlink('nowhere', latin('zuletzt ü.csv'));
  await artifacts.scan({ changed: false });
  await rm(latin('für'), { recursive: true });
  await artifacts.scan({ changed: true });
  expect(names()).toEqual(['café.csv', 'café (2).csv', 'für-naïve.csv']);
  expect(notices()).toEqual(['The file “zuletzt ü.csv” is not offered: it is a link.']);
});
