import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { newRun, testRunStore } from './contract.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});
const open = () => openStore(folder, { retainMs: 10_000 });

testRunStore('SQLite in a file', async () => {
  const store = await open();
  return { ...store.runs, close: store.close };
});

it('keeps everything over a restart, private to its user', async () => {
  const first = await open();
  await first.runs.create(newRun('a', { secrets: { key: 'hunter2' } }), 1, 9);
  const { hash } = await first.blobs.put(Buffer.from('bytes'));
  await first.close();
  const second = await open();
  expect((await second.runs.claim('w', 1))?.secrets).toEqual({ key: 'hunter2' });
  expect(String(await second.blobs.get(hash))).toBe('bytes');
  expect((await stat(join(folder, 'secret.key'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, 'runs.db'), 'latin1')).not.toContain('hunter2');
  await second.close();
});

it('ends a run truthfully when the key is gone', async () => {
  const first = await open();
  await first.runs.create(newRun('a', { secrets: { key: 'hunter2' } }), 1, 9);
  await first.close();
  await rm(join(folder, 'secret.key'));
  const second = await open();
  expect(await second.runs.claim('w', 1)).toBeUndefined();
  expect(await second.runs.find('a')).toMatchObject({
    status: 'failed',
    outcome: { exception: { name: 'PasswordUnreadable' } },
  });
  await second.close();
});

it('refuses a folder that another server uses, and takes it as soon as that one is killed', async () => {
  const source = `const { openStore } = await import(${JSON.stringify(new URL('../../src/store/open.ts', import.meta.url).href)});
    await openStore(${JSON.stringify(folder)}, { retainMs: 1 }); process.stdout.write('open'); setInterval(() => {}, 1000);`;
  const server = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(server.stdout, 'data');
    await expect(open()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`process ${server.pid}`),
    });
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  await (await open()).close();
});

it('says so when a newer version wrote the data', async () => {
  const { openSqlite } = await import('../../src/store/engine/sqlite.ts');
  await (await open()).close();
  const engine = openSqlite(join(folder, 'runs.db'));
  await engine.db
    .insertInto('kysely_migration' as never)
    .values({ name: '9999-later', timestamp: 'x' } as never)
    .execute();
  await engine.close();
  await expect(open()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('newer version') });
});

it('stores bytes and streams once, read-only', async () => {
  const { blobs, close } = await open();
  const first = await blobs.put(Buffer.from('same'));
  const pieces = async function* () {
    yield* [Buffer.from('sa'), Buffer.from('me')];
  };
  expect(await blobs.putStream(pieces())).toEqual(first);
  expect((await Array.fromAsync(blobs.list())).flatMap(({ hashes }) => hashes)).toEqual([first.hash]);
  expect((await stat(join(folder, 'blobs', first.hash.slice(0, 2), first.hash.slice(2)))).mode & 0o777).toBe(0o400);
  const opened = await blobs.open(first.hash);
  expect([opened?.sizeBytes, String(Buffer.concat(await Array.fromAsync(opened?.stream ?? [])))]).toEqual([4, 'same']);
  expect([await blobs.get('../../secret.key'), await blobs.get('0'.repeat(64))]).toEqual([undefined, undefined]);
  await blobs.delete(first.hash, Date.now() - 60_000);
  expect(await blobs.get(first.hash)).toBeDefined();
  await blobs.delete(first.hash);
  expect(await blobs.get(first.hash)).toBeUndefined();
  await close();
});

it('says in a sentence why a folder cannot be written', async () => {
  await writeFile(join(folder, 'file'), '');
  for (const name of ['file', 'file/data']) {
    await expect(openStore(join(folder, name), { retainMs: 1 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('cannot be written: a part of the path is a file'),
    });
  }
  const source = `const { openStore } = await import(${JSON.stringify(new URL('../../src/store/open.ts', import.meta.url).href)});
    process.setuid(65534); await openStore(${JSON.stringify(join(folder, 'data'))}, { retainMs: 1 }).catch((error) => console.log(error.message));`;
  if (process.getuid?.() !== 0) return;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  expect(stdout).toContain('cannot be written: this user may not');
});
