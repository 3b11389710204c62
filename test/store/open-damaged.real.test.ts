/** A data folder in which something is damaged or foreign: a sentence says how to recover, and nothing is changed. */
import Database from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUp, restore } from '../../src/store/backup.ts';
import { openStore } from '../../src/store/open.ts';
import { readOperatorToken } from '../../src/store/operator-token.ts';
import { newRun } from './contract.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-'));
  const store = await open();
  const { hash } = await store.blobs.put(Buffer.from('a notebook'));
  for (let count = 0; count < 50; count += 1)
    await store.runs.create(newRun(`r${count}`, { revision: hash }), count, 100);
  await store.close();
  readOperatorToken(folder);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const open = () => openStore(folder, { retainMs: 10_000 });
const replace = (name: string, make: (path: string) => unknown) => {
  rmSync(at(name), { recursive: true, force: true });
  make(at(name));
};
const fifo = (path: string) => spawnSync('mkfifo', [path]);

describe('a database', () => {
  it.each([
    ['of random bytes', (path: string) => writeFileSync(path, 'no database '.repeat(500)), 'is not an SQLite database'],
    ['that is text of a few bytes', (path: string) => writeFileSync(path, 'x'), 'is not an SQLite database'],
    ['cut off in its first page', (path: string) => truncateSync(path, 100), 'is damaged'],
    ['cut off after some pages', (path: string) => truncateSync(path, 9000), 'is damaged'],
    ['that is empty', (path: string) => truncateSync(path, 0), 'is empty'],
    ['that is a folder', () => replace('runs.db', mkdirSync), 'is a folder'],
    ['that is a pipe', () => replace('runs.db', fifo), 'is not a plain file'],
    ['of another program', () => replace('runs.db', makeForeign), 'is the database of another program'],
    [
      'that was overwritten inside',
      (path: string) => writeFileSync(path, readFileSync(path).fill(0x55, 4096, 4096 * 4)),
      'is damaged',
    ],
  ])('%s is refused with the ways back', async (_what, damage, said) => {
    mkdirSync(at('before-update'));
    writeFileSync(at('before-update/2026-01-01-0004-clock.db'), '');
    damage(at('runs.db'));
    const bytes = () => (statSync(at('runs.db')).isFile() ? readFileSync(at('runs.db'), 'latin1') : '');
    const before = bytes();
    const refused = await open().then(
      () => undefined,
      (error: unknown) => error as Error & { code: string },
    );
    expect([refused?.code, refused?.message]).toEqual(['conflict', expect.stringContaining(`runs.db ${said}`)]);
    for (const way of ['script-runner restore', 'before-update/2026-01-01-0004-clock.db', '--data'])
      expect(refused?.message).toContain(way);
    expect(bytes()).toBe(before);
    await expect(
      backUp(folder, `${folder}-copy`, { serverVersion: '0', progress: () => undefined }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/conflict|invalid/) });
    expect(existsSync(`${folder}-copy`)).toBe(false);
  });

  it('that a first start broke off is made anew', async () => {
    for (const name of ['operator-token', 'runs.db', 'blobs']) rmSync(at(name), { recursive: true });
    writeFileSync(at('runs.db'), '');
    await (await open()).close();
    rmSync(at('runs.db'));
    new Database(at('runs.db')).pragma('journal_mode = WAL');
    await (await open()).close();
  });

  it('comes back from a back-up, as the sentence says', async () => {
    const [copy, aside] = [`${folder}-copy`, `${folder}-aside`];
    try {
      await backUp(folder, copy, { serverVersion: '0', progress: () => undefined });
      truncateSync(at('runs.db'), 9000);
      await expect(open()).rejects.toMatchObject({ code: 'conflict' });
      cpSync(folder, aside, { recursive: true });
      rmSync(folder, { recursive: true });
      await restore(copy, folder, { progress: () => undefined });
      const store = await open();
      expect((await store.runs.list({ limit: 100 })).items).toHaveLength(50);
      await store.close();
    } finally {
      for (const each of [copy, aside]) rmSync(each, { recursive: true, force: true });
    }
  });
});

it('says that a part of the database cannot be read, once that is met', async () => {
  const database = new Database(at('runs.db'), { readonly: true });
  const pages = database.prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'runs'").pluck().all();
  database.close();
  const bytes = readFileSync(at('runs.db'));
  for (const page of pages) bytes.fill(0x55, (page - 1) * 4096, page * 4096);
  writeFileSync(at('runs.db'), bytes);
  const store = await open();
  try {
    expect(await store.storageProblem()).toBeUndefined();
    await expect(store.runs.list({ limit: 100 })).rejects.toThrow('malformed');
    expect(await store.storageProblem()).toContain('database is damaged');
  } finally {
    await store.close();
  }
});

describe('another file of the data folder', () => {
  it.each([
    ['secret.key', (path: string) => writeFileSync(path, 'short'), 'a key has 32 bytes'],
    ['secret.key', (path: string) => mkdirSync(path), 'is a folder'],
    ['secret.key', fifo, 'is not a plain file'],
    ['lock.db', (path: string) => writeFileSync(path, 'no lock '.repeat(1000)), 'move it away'],
    ['lock.db', (path: string) => mkdirSync(path), 'move it away'],
    ['lock.pid', (path: string) => mkdirSync(path), 'is a folder'],
    ['blobs', (path: string) => writeFileSync(path, ''), 'a folder is needed'],
    ['server-address', (path: string) => mkdirSync(path), 'is a folder'],
  ])('%s: damaged, it is named with what to do', async (name, make, said) => {
    replace(name, make);
    await expect(open()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(said) });
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining(at(name)) });
  });

  it.each([(path: string) => mkdirSync(path), fifo])('the operator’s token, too', (make) => {
    replace('operator-token', make);
    expect(() => readOperatorToken(folder)).toThrow(/operator-token is (a folder|not a plain file)/);
  });
});

function makeForeign(path: string): void {
  const database = new Database(path);
  database.exec('create table runs (song text)');
  database.close();
}
