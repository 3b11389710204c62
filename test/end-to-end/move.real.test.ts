/**
 * Reports that a killed server left on SQLite are moved to PostgreSQL, backed up there and restored: after each, a
 * server shows the same reports and downloads, and what waited runs.
 */
import { execFileSync, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { databaseAddress } from '../../src/config/config-database.ts';
import { BACKUP_LOCK } from '../../src/store/blob/blob-claim.ts';
import { createLock } from '../../src/store/engine/postgres-lock.ts';
import { openStore } from '../../src/store/open.ts';
import { MAIN } from '../cli/command.ts';
import { startDaemon, type Daemon } from '../cli/daemon.ts';
import { findPostgres, query, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { read, type ApiRun } from './client.ts';
import { makeProject } from './project.ts';

const OLDER = join(import.meta.dirname, 'older');
/** Nothing of the fixture may expire. */
const FOR_EVER = ['--retain-days', '36500', '--queue-time', '36500d'];

const { folder, remove } = makeProject({});
const [data, aside, moved] = [join(folder, 'data'), join(folder, 'aside'), join(folder, 'moved')];
const daemons: Daemon[] = [];
let server: PostgresServer;
beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
  execFileSync('tar', ['-xzf', join(OLDER, '0011-claim.tar.gz'), '-C', folder]);
  execFileSync('cp', ['-r', join(OLDER, 'scripts'), folder]);
  execFileSync('cp', ['-r', data, aside]);
});
afterAll(async () => {
  for (const daemon of daemons) daemon.signal('SIGKILL');
  await Promise.all(daemons.map(({ ended }) => ended));
  await server.stop();
  remove();
});

async function command(url: string, ...words: string[]) {
  const environment = { ...process.env, SCRIPT_RUNNER_DATABASE: url };
  return promisify(execFile)(process.execPath, [MAIN, ...words], { env: environment }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

/** Of each finished run: its status, and the SHA-256 of its report, notebook and downloads. */
async function shown(folderOfData: string, url = ''): Promise<Record<string, string>> {
  const daemon = await startDaemon(folder, ['--data', folderOfData, ...FOR_EVER], { SCRIPT_RUNNER_DATABASE: url });
  daemons.push(daemon);
  const all = async () => (JSON.parse(await read(`${daemon.url}/api/v1/runs?limit=100`)) as { items: ApiRun[] }).items;
  await expect
    .poll(async () => (await all()).filter(({ status }) => ['queued', 'starting', 'running'].includes(status)), {
      timeout: 60_000,
    })
    .toEqual([]);
  const found: Record<string, string> = {};
  for (const { id, status, artifacts } of await all()) {
    const paths = [`/runs/${id}/report`, `/api/v1/runs/${id}/report.ipynb`, ...artifacts.map(({ url: path }) => path)];
    const sums = await Promise.all(paths.map(async (path) => sumOf(await read(new URL(path, daemon.url).href))));
    // executed anew by each server: only its outcome is the same
    found[id] = status === 'lost' || id === waiting() ? status : `${status} ${sums.join(' ')}`;
  }
  daemon.signal('SIGTERM');
  await daemon.ended;
  return found;
}

const sumOf = (text: string) => createHash('sha256').update(text).digest('hex');
let waitingId: string | undefined;
const waiting = () => waitingId;

it('moves them although it is killed, and backs them up and restores them, all without a loss', async () => {
  const [url, second] = [await server.address(), await server.address()];
  const words = ['migrate-store', folder, '--data', data, '--to-data', moved];
  const killed = spawn(process.execPath, [MAIN, ...words], { env: { ...process.env, SCRIPT_RUNNER_DATABASE: url } });
  killed.stderr.once('data', () => killed.kill('SIGKILL'));
  await new Promise((resolve) => {
    killed.once('close', resolve);
  });
  expect((await command(url, 'doctor', folder, '--data', moved)).said).toContain('are being moved into the database');
  const done = await command(url, ...words);
  expect(done).toMatchObject({ code: 0, said: expect.stringMatching(/Moved 7 runs, \d+ events and 8 files/) });
  expect(done.said).not.toContain(encodeURIComponent(server.password));
  expect(await command(url, ...words, '--verify')).toMatchObject({ code: 0, said: expect.stringContaining('8 of 8') });

  waitingId = String((await query(url, `select id from runs where status = 'queued'`))[0]?.['id']);
  const before = await shown(aside);
  expect(
    Object.values(before)
      .map((text) => text.split(' ')[0])
      .sort(),
  ).toEqual(['cancelled', 'failed', 'lost', 'succeeded', 'succeeded', 'succeeded']);
  expect(await shown(moved, url)).toEqual(before);

  const copy = join(folder, 'copy');
  expect(await command(url, 'backup', copy, '--folder', folder, '--data', moved)).toMatchObject({ code: 0 });
  expect(readdirSync(copy).sort()).toEqual(['back-up.json', 'blobs', 'database-id', 'reports.dump']);
  const again = ['restore', copy, '--folder', folder, '--data', join(folder, 'restored')];
  expect((await command(url, ...again)).said).toContain('is not empty, and is not overwritten');
  expect(await command(second, ...again)).toMatchObject({ code: 0 });
  expect(await shown(join(folder, 'restored'), second)).toEqual(before);
});

it('deletes no file while a backup is made', async () => {
  const database = databaseAddress(await server.address());
  if (database === undefined) throw new Error('no address');
  const own = join(folder, 'own');
  const shared = { database, role: 'test', onProblem: () => undefined };
  const store = await openStore(own, { retainMs: 1000 }, { shared });
  const { hash } = await store.blobs.put(Buffer.from('bytes'));
  await query(database.url, `update blobs set claimed_ms = 0`);
  const lock = createLock({ url: database.url, role: 'backup' }, BACKUP_LOCK);
  expect(await lock.take()).toBeUndefined();
  expect(await store.blobs.delete(hash)).toBe(0);
  expect((await command(database.url, 'backup', join(folder, 'no'), '--folder', folder, '--data', own)).said).toContain(
    'is being backed up already, by script-runner backup',
  );
  await lock.release();
  expect(await store.blobs.delete(hash)).toBe(5);
  await store.close();
  expect(existsSync(join(folder, 'no'))).toBe(false);
  rmSync(own, { recursive: true });
});
