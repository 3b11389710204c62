import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findRun, run, submit as submitTo, type ApiRun } from '../end-to-end/client.ts';
import { makeProject, notebook } from '../end-to-end/project.ts';
import { useDaemons, type Daemon } from './daemon.ts';

const PASSWORD = 'pw-7fd0c1a9e2';
const CONNECTION = 'cn-5be91c04d7';
const WAITS = `# parameters
key: str = ""
gate: str = ""`;
const LOOP = `import pathlib, time
print(key)
pathlib.Path(gate + ".began").touch()
while not pathlib.Path(gate).exists(): time.sleep(0.05)`;
const SIDECAR = { type: 'object', properties: { key: { type: 'string', format: 'password' } } };

let project: ReturnType<typeof makeProject>;
let gates: string;
beforeEach(() => {
  project = makeProject({
    'scripts/waits.ipynb': notebook(WAITS, LOOP),
    'scripts/waits.params.json': JSON.stringify(SIDECAR),
    '.link/link.config': JSON.stringify({
      dbs: { shop: { wrapper: 'PostgresDB', host: 'db.example', user: 'ana', password: CONNECTION, database: 'd' } },
    }),
  });
  gates = mkdtempSync(join(tmpdir(), 'gate-'));
});
const daemons = useDaemons(afterEach, () => {
  project.remove();
  rmSync(gates, { recursive: true });
});

async function start(...flags: string[]): Promise<Daemon> {
  const daemon = await daemons.start('serve', project.folder, { flags: ['--writable-folders', gates, ...flags] });
  await expect.poll(async () => (await fetch(`${daemon.url}/readyz`)).status, { timeout: 40_000 }).toBe(200);
  return daemon;
}

const submit = ({ url }: Daemon, gate: string) => submitTo(url, 'waits', { gate: join(gates, gate), key: PASSWORD });

const began = (gate: string) =>
  expect.poll(() => existsSync(join(gates, `${gate}.began`)), { timeout: 40_000 }).toBe(true);
const read = ({ url }: Daemon, { id }: ApiRun) => findRun(url, id);

it('takes no new runs when told to stop, says so everywhere, and lets what runs end', async () => {
  const daemon = await start('--log', 'json');
  const going = await submit(daemon, 'a');
  await began('a');
  const stream = fetch(`${daemon.url}/api/v1/runs/${going.id}/events`).then((reply) => reply.text());
  daemon.signal('SIGTERM');
  await expect.poll(async () => (await fetch(`${daemon.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${daemon.url}/healthz`)).status).toBe(200);
  const refused = await fetch(`${daemon.url}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ script: 'waits' }),
  });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
  expect(await refused.json()).toMatchObject({
    code: 'unavailable',
    detail: expect.stringContaining('The server is stopping'),
  });
  const page = await (await fetch(`${daemon.url}/s/waits`, { headers: { accept: 'text/html' } })).text();
  expect(page).toContain('The server is stopping and takes no new runs.');
  writeFileSync(join(gates, 'a'), '');
  const told = await stream;
  expect(told).toMatch(/event: server-stopping\ndata: {"message":"The server is stopping/);
  expect(told).toMatch(/event: run-finished\ndata: .*"succeeded"/);
  expect(await daemon.ended).toEqual({ code: 0, signal: null });
  const lines = daemon
    .log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const msg of ['A run begins', 'A run has ended'])
    expect(lines).toContainEqual(expect.objectContaining({ msg, run: going.id, script: 'waits' }));
  for (const secret of [PASSWORD, CONNECTION]) expect(daemon.log()).not.toContain(secret);
});

it('ends what outlasts the grace time as interrupted, tells its readers, and keeps what waits', async () => {
  const first = await start('--grace', '1ms', '--concurrency', '1');
  const going = await submit(first, 'a');
  await began('a');
  const waiting = await submit(first, 'b');
  const stream = fetch(`${first.url}/api/v1/runs/${going.id}/events`).then((reply) => reply.text());
  first.signal('SIGTERM');
  expect(await stream).toMatch(/event: run-finished\ndata: .*"lost"/);
  expect((await first.ended).code).toBe(0);
  writeFileSync(join(gates, 'b'), '');
  const second = await start();
  await expect.poll(async () => (await read(second, waiting)).status, { timeout: 40_000 }).toBe('succeeded');
  expect((await read(second, going)).status).toBe('lost');
});

it('stops at once at the second signal', async () => {
  const daemon = await start();
  await submit(daemon, 'a');
  await began('a');
  daemon.signal('SIGTERM');
  await expect.poll(async () => (await fetch(`${daemon.url}/readyz`)).status).toBe(503);
  daemon.signal('SIGTERM');
  expect((await daemon.ended).code).toBe(143);
});

it('reads its settings again without losing runs, says what waits for a restart, and refuses wrong ones', async () => {
  const settings = join(project.folder, 'script-runner.toml');
  const daemon = await start('--log', 'json');
  const going = await submit(daemon, 'a');
  await began('a');
  writeFileSync(settings, 'wall_limit = "2m"\npool = 0\n');
  daemon.signal('SIGHUP');
  await expect.poll(() => daemon.log()).toContain('"reloaded":["wall_limit"]');
  await expect.poll(() => daemon.log()).toContain('"waiting":["pool"]');
  writeFileSync(settings, 'queue_limit = 0\nwall_limit = "1ms"\n');
  daemon.signal('SIGHUP');
  await expect.poll(() => daemon.log()).toContain('queue_limit: must be a whole number from 1');
  writeFileSync(settings, 'wall_limit = "1ms"\n');
  writeFileSync(join(gates, 'a'), '');
  await expect.poll(async () => (await read(daemon, going)).status).toBe('succeeded');
  expect((await run(daemon.url, 'waits', { gate: join(gates, 'a') })).status).toBe('succeeded');
  daemon.signal('SIGHUP');
  await expect.poll(() => daemon.log().match(/read again/g)?.length).toBe(2);
  expect((await run(daemon.url, 'waits', { gate: join(gates, 'a') })).outcome).toMatchObject({ type: 'timed-out' });
});

it('reads a setting again from a file that was replaced by renaming', async () => {
  const file = join(gates, 'wall-limit');
  const replace = (text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  replace('1m');
  const daemon = await daemons.start('serve', project.folder, {
    flags: ['--log', 'json'],
    environment: { SCRIPT_RUNNER_WALL_LIMIT_FILE: file },
  });
  replace('2m');
  daemon.signal('SIGHUP');
  await expect.poll(() => daemon.log(), { timeout: 30_000 }).toContain('"reloaded":["wall_limit"]');
});
