/**
 * `node test/end-to-end/older/make.ts`: saves a data folder of the current form of the database, which later versions
 * must be able to open. Run it before you begin the next change of the database. Its server is killed while one run is
 * running and another one waits.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startDaemon } from '../../cli/daemon.ts';
import { run } from '../client.ts';

const project = mkdtempSync(join(tmpdir(), 'older-'));
const data = join(project, 'data');
execFileSync('cp', ['-r', join(import.meta.dirname, 'scripts'), project]);
const daemon = await startDaemon(project, ['--data', data, '--concurrency', '1']);
const post = (path: string, form: object = {}) =>
  fetch(daemon.url + path, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ ...form }) });
const idOf = async (answer: Promise<Response>) =>
  /\/runs\/(\w+)$/.exec((await answer).headers.get('location') ?? '')?.[1] ?? '';
const status = async (id: string) =>
  ((await (await fetch(`${daemon.url}/api/v1/runs/${id}`)).json()) as { status: string }).status;

await run(daemon.url, 'orders', { region: 'south', top: 4 });
await post(`/runs/${(await run(daemon.url, 'orders', { region: 'north' })).id}/keep`, { pinned: 'true' });
await run(daemon.url, 'failing');
await post(`/runs/${await idOf(post('/s/waiting', { key: 'cancelled-key' }))}/cancel`);
await post(`/runs/${(await run(daemon.url, 'orders', { region: 'east' })).id}/delete`);
const running = await idOf(post('/s/waiting', { key: 'running-key', seconds: '600' }));
while ((await status(running)) !== 'running')
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
await post('/s/waiting', { key: 'queued-key', seconds: '0' });
daemon.signal('SIGKILL');
await daemon.ended;

const database = new Database(join(data, 'runs.db'));
const step = database.prepare('select max(name) from kysely_migration').pluck().get() as string;
database.pragma('journal_mode = DELETE');
database.close();
execFileSync('tar', [
  '-czf',
  join(import.meta.dirname, `${step}.tar.gz`),
  '-C',
  project,
  'data/runs.db',
  'data/blobs',
  'data/secret.key',
]);
rmSync(project, { recursive: true });
console.log(`${step}.tar.gz`);
