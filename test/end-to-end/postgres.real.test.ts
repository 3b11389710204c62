/** The server on PostgreSQL, as processes: all that it does on SQLite, and a database that goes away for a while. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { MAIN } from '../cli/command.ts';
import { useDaemons, type Daemon } from '../cli/daemon.ts';
import { findPostgres, query, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { testPython } from '../python.ts';
import { events, findRun, read, run, submit as submitTo } from './client.ts';
import { makeProject, notebook } from './project.ts';

const WAITS = `# parameters
gate: str = ""
key: str = ""`;
/** Counts while it waits, so that the log grows all the time. */
const COUNTS = `import pathlib, time
pathlib.Path(gate + ".began").touch()
count = 0
while not pathlib.Path(gate).exists():
    count += 1
    print(count, key)
    time.sleep(0.05)
print("end", count)`;

let server: PostgresServer;
let url: string;
let project: ReturnType<typeof makeProject>;
let gates: string;
beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.address();
  project = makeProject({
    'scripts/sum.ipynb': notebook(
      `import script_runner\nprint("hello")\nscript_runner.result("sum", 42)\nscript_runner.download(b"a,b", "sum.csv")`,
    ),
    'scripts/waits.ipynb': notebook(WAITS, COUNTS),
    'scripts/waits.params.json': JSON.stringify({
      type: 'object',
      properties: { key: { type: 'string', format: 'password' } },
    }),
  });
  gates = mkdtempSync(join(tmpdir(), 'gate-'));
});
const daemons = useDaemons(afterEach, () => {
  project.remove();
  rmSync(gates, { recursive: true });
});

async function start(...flags: string[]): Promise<Daemon> {
  const daemon = await daemons.start('serve', project.folder, {
    flags: ['--writable-folders', gates, '--log', 'json', ...flags],
    environment: { SCRIPT_RUNNER_DATABASE: url },
  });
  await ready(daemon);
  return daemon;
}

const ready = (daemon: Daemon) =>
  expect.poll(async () => (await fetch(`${daemon.url}/readyz`)).status, { timeout: 60_000 }).toBe(200);

const submit = (daemon: Daemon, gate: string) =>
  submitTo(daemon.url, 'waits', { gate: join(gates, gate), key: 'pw-7fd0c1a9e2' });

const began = (gate: string) =>
  expect.poll(() => existsSync(join(gates, `${gate}.began`)), { timeout: 60_000 }).toBe(true);
const status = (daemon: Daemon, id: string) =>
  expect.poll(async () => (await findRun(daemon.url, id)).status, { timeout: 60_000 });

async function command(...words: string[]) {
  const environment = { ...process.env, SCRIPT_RUNNER_DATABASE: url };
  return promisify(execFile)(process.execPath, [MAIN, ...words], { env: environment }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

/** The numbers that the notebook printed, and whether the sequence numbers of its log have no gap. */
async function counted(daemon: Daemon, id: string) {
  const stream = await read(`${daemon.url}/api/v1/runs/${id}/events`);
  const seqs = [...stream.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
  const log = await events(daemon.url, id);
  const text = log.map((event) => (event.type === 'stream-appended' ? String(event['text']) : '')).join('');
  return {
    gaps: seqs.filter((seq, index) => seq !== index + 1),
    numbers: [...text.matchAll(/^(\d+) /gm)].map(([, number]) => Number(number)),
    end: Number(/^end (\d+)$/m.exec(text)?.[1]),
    finished: log.filter(({ type }) => type === 'run-finished'),
  };
}

it('runs, shows, exports, cleans and describes reports, and never shows the password of the database', async () => {
  const daemon = await start();
  const done = await run(daemon.url, 'sum');
  expect(done).toMatchObject({ status: 'succeeded', results: [{ name: 'sum', value: 42 }] });
  expect(await read(`${daemon.url}/runs/${done.id}/report`)).toContain('hello');
  expect(await read(`${daemon.url}/runs`)).toContain(done.id);
  expect(await read(daemon.url + (done.artifacts[0]?.url ?? ''))).toBe('a,b');
  const live = await submit(daemon, 'a');
  const stream = events(daemon.url, live.id);
  await began('a');
  const exported = await command('export', done.id, '--to', 'html', '-o', '-', '--folder', project.folder);
  expect([exported.code, exported.said.includes('hello')]).toEqual([0, true]);
  const doctor = await command('doctor', project.folder, '--python', testPython());
  expect(doctor.said).toMatch(/ok +Database: postgres:\/\/ana@127\.0\.0\.1:\d+\/d\d+ \(PostgreSQL 1\d/);
  expect(doctor.said).toContain(`Processes: script-runner serve (process ${daemon.pid} on `);
  expect(doctor.said).toMatch(/ok +Clock: as that of the database\n/);
  const others = [
    await command('clean', project.folder),
    await command('backup', join(gates, 'backup'), '--folder', project.folder),
  ];
  expect(others.map(({ code }) => code)).toEqual([1, 0]);
  expect(others[0]?.said).toContain(`is in use by script-runner serve (process ${daemon.pid} on `);
  expect(others[0]?.said).toContain('A running server deletes old reports by itself');
  expect(others[1]?.said).toContain('2 reports and');
  writeFileSync(join(gates, 'a'), '');
  expect((await stream).at(-1)).toMatchObject({ type: 'run-finished', outcome: { type: 'succeeded' } });
  daemon.signal('SIGTERM');
  expect((await daemon.ended).code).toBe(0);
  const cleaned = await command('clean', project.folder, '--retain-count', '1', '--json');
  expect(JSON.parse(cleaned.said)).toEqual({ reports: { age: 0, count: 0, size: 0 }, bytes: 0 });
  const all = [daemon.log(), daemon.said(), doctor.said, ...others.map(({ said }) => said)].join('\n');
  for (const form of [server.password, encodeURIComponent(server.password)]) expect(all).not.toContain(form);
});

it('recovers after kill -9: what ran is interrupted, what waited runs with its password', async () => {
  const first = await start('--concurrency', '1');
  const going = await submit(first, 'a');
  await began('a');
  const waiting = await submit(first, 'b');
  first.signal('SIGKILL');
  await first.ended;
  writeFileSync(join(gates, 'b'), '');
  const second = await start();
  await status(second, going.id).toBe('lost');
  await status(second, waiting.id).toBe('succeeded');
});

it('loses no event and no run while PostgreSQL is away, and says so meanwhile', async () => {
  const daemon = await start('--concurrency', '2');
  const going = await submit(daemon, 'a');
  await began('a');
  await server.halt();
  await expect
    .poll(async () => (await fetch(`${daemon.url}/readyz`)).json(), { timeout: 60_000 })
    .toMatchObject({ problem: expect.stringContaining('database cannot be reached') });
  const page = await fetch(`${daemon.url}/runs/${going.id}`, { headers: { accept: 'text/html' } });
  expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('cannot be reached at the moment')]);
  await server.resume();
  await ready(daemon);
  // connections are cut again and again, also inside of commits
  for (let cut = 0; cut < 20; cut += 1)
    await query(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'script-runner %' and datname = current_database()`,
    );
  writeFileSync(join(gates, 'a'), '');
  await status(daemon, going.id).toBe('succeeded');
  const { gaps, numbers, end, finished } = await counted(daemon, going.id);
  expect(gaps).toEqual([]);
  expect(numbers).toEqual(Array.from({ length: end }, (_, index) => index + 1));
  expect(finished).toHaveLength(1);
  expect((await run(daemon.url, 'sum')).status).toBe('succeeded');
  expect(daemon.log()).not.toContain(encodeURIComponent(server.password));
});

it('refuses an address with a password where notebooks or others could read it', () => {
  const flags = ['serve', project.folder, '--port', '0', '--database', url];
  const { status: code, stderr } = spawnSync(process.execPath, [MAIN, ...flags], { encoding: 'utf8' });
  expect([code, stderr]).toEqual([2, expect.stringContaining('SCRIPT_RUNNER_DATABASE_FILE')]);
  expect(stderr).not.toContain(encodeURIComponent(server.password));
});
