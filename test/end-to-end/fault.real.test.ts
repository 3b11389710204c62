/**
 * Faults of a cluster of two webs and two workers: PostgreSQL away, connections cut in commits, a killed web with many
 * readers, a worker that is told to stop, an update. After each, every acknowledged run has one true outcome, a log
 * without a gap, and files that every web can read.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MAIN } from '../cli/command.ts';
import { useDaemons, type Daemon, type RoleOptions } from '../cli/daemon.ts';
import { findPostgres, query, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { programsIn } from '../program.ts';
import { createCutter, type ConnectionCutter } from '../store/connection-cutter.ts';
import { findRun, read, run, submit } from './client.ts';
import { makeProject, notebook } from './project.ts';
import { followRun, upTo } from './run-stream.ts';

/** How long PostgreSQL is away. */
const AWAY_MS = 30_000;
/** As many as one client may be. */
const READERS = 100;

const program = programsIn(import.meta.dirname);
const project = makeProject({
  'scripts/count.ipynb': notebook('# parameters\ngate: str = ""', program('count')),
  'scripts/quick.ipynb': notebook('print("quick")'),
});
const gates = mkdtempSync(join(tmpdir(), 'gate-'));
const daemons = useDaemons(afterAll, async () => {
  await link.close();
  await server.stop();
  project.remove();
  rmSync(gates, { recursive: true });
});
let server: PostgresServer;
let link: ConnectionCutter;
let url: string;
let webs: readonly Daemon[];
let workers: readonly Daemon[];

function start(role: 'web' | 'worker', flags: readonly string[] = [], options: RoleOptions = {}): Promise<Daemon> {
  return daemons.start(role, project.folder, {
    flags: ['--writable-folders', gates, '--concurrency', '2', '--log', 'json', ...flags],
    environment: { SCRIPT_RUNNER_DATABASE: url },
    ...options,
  });
}

const dataOf = (text: string) => [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data);
const web = (index: number) => webs[index]?.url ?? '';
const openGate = (gate: string) => writeFileSync(join(gates, gate), '');
const page = (at: number, path: string) => fetch(web(at) + path, { headers: { accept: 'text/html' } });
const isReady = (at: number) => vi.waitFor(() => read(`${web(at)}/readyz`), { timeout: 60_000 });
const workerOf = (id: string) => workers.find((each) => each.log().includes(`"run":"${id}"`));

/** A run that counts until its gate is opened; settles when it has begun. */
async function count(gate: string, at = 0): Promise<string> {
  const { id } = await submit(web(at), 'count', { gate: join(gates, gate) });
  await expect.poll(() => existsSync(join(gates, `${gate}.began`)), { timeout: 60_000 }).toBe(true);
  return id;
}

/** Has ended as that, once, with all that it printed, for every web; its file can be read. */
async function expectWhole(id: string, status = 'succeeded'): Promise<void> {
  for (const at of [0, 1]) {
    await expect.poll(async () => (await findRun(web(at), id)).status, { timeout: 60_000 }).toBe(status);
    const { text, seqs } = await followRun(web(at), id);
    expect(seqs).toEqual(upTo(seqs.length));
    expect(text.match(/^event: run-finished$/gm)).toHaveLength(1);
    const printed = dataOf(text)
      .map((data) => JSON.parse(data ?? '') as { type: string; text?: string })
      .map((event) => (event.type === 'stream-appended' ? (event.text ?? '') : ''))
      .join('');
    const numbers = [...printed.matchAll(/^(\d+)$/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(upTo(numbers.length));
    const { artifacts } = await findRun(web(at), id);
    for (const artifact of artifacts) expect(await read(web(at) + artifact.url)).toBe(`${numbers.length}\n`);
    expect(artifacts).toHaveLength(numbers.length > 0 && status === 'succeeded' ? 1 : 0);
    expect((await page(at, `/runs/${id}/report`)).status).toBe(200);
  }
}

beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
  link = await createCutter(server.port);
  url = (await server.address()).replace(`:${server.port}/`, `:${link.port}/`);
  const starting = [start('web'), start('web'), start('worker'), start('worker')];
  // if one of them fails, the others are there to be killed
  await Promise.allSettled(starting);
  const started = await Promise.all(starting);
  [webs, workers] = [started.slice(0, 2), started.slice(2)];
  await Promise.all([0, 1].map(isReady));
});

it('runs on while PostgreSQL is away for half a minute, and says so on its pages', { timeout: 120_000 }, async () => {
  const going = [await count('stays'), await count('ends', 1)];
  const quick = await Promise.all(upTo(6).map((each) => submit(web(each % 2), 'quick')));
  const readers = going.map((id, at) => followRun(web(at), id));
  const awayMs = performance.now();
  await server.halt();
  // one ends meanwhile, with its download
  openGate('ends');
  for (const at of [0, 1]) {
    await expect
      .poll(async () => (await fetch(`${web(at)}/readyz`)).json())
      .toMatchObject({ problem: expect.stringContaining('database cannot be reached') });
    const shown = await page(at, `/runs/${going[at] ?? ''}`);
    expect([shown.status, await shown.text()]).toEqual([
      503,
      expect.stringContaining('cannot be reached at the moment'),
    ]);
    await expect(submit(web(at), 'quick')).rejects.toThrow(/503/);
  }
  await wait(AWAY_MS - (performance.now() - awayMs));
  await server.resume();
  await Promise.all([0, 1].map(isReady));
  openGate('stays');
  const acknowledged = [...going, ...quick.map(({ id }) => id)];
  for (const id of acknowledged) await expectWhole(id);
  // who followed has a log without a gap, as far as the stream went
  for (const { seqs } of await Promise.all(readers)) expect(seqs).toEqual(upTo(seqs.length));
  const [stored] = await query(url, 'select count(*)::int as runs from runs');
  expect(stored).toEqual({ runs: acknowledged.length });
});

it('stores each run and each event once when connections are cut inside of commits', async () => {
  const going = await count('cut');
  const done: string[] = [];
  for (let cut = 0; cut < 8; cut += 1) {
    link.cutCommit(cut % 2 === 0 ? 'before' : 'after');
    done.push((await run(web(cut % 2), 'quick')).id);
    await expect.poll(() => link.cuts()).toBe(cut + 1);
  }
  openGate('cut');
  expect(new Set(done).size).toBe(done.length);
  for (const id of [going, ...done]) await expectWhole(id);
});

it(`lets ${READERS} readers of a killed web go on at the other, without a gap`, async () => {
  const going = await count('readers');
  const lengths = upTo(READERS).map(() => 0);
  const reading = lengths.map((_, at) => followRun(web(0), going, 0, (text) => (lengths[at] = text.length)));
  await expect.poll(() => Math.min(...lengths)).toBeGreaterThan(1000);
  webs[0]?.signal('SIGKILL');
  const first = await Promise.all(reading);
  const following = first.map(({ seqs }) => followRun(web(1), going, seqs.at(-1)));
  openGate('readers');
  const second = await Promise.all(following);
  const whole = await followRun(web(1), going);
  for (const [at, { text, seqs }] of second.entries()) {
    expect([...(first[at]?.seqs ?? []), ...seqs]).toEqual(whole.seqs);
    expect(dataOf(`${first[at]?.text ?? ''}${text}`)).toEqual(dataOf(whole.text));
  }
  await webs[0]?.ended;
  webs = [await start('web'), webs[1]!];
  await expectWhole(going);
});

it('lets the runs of a worker end that is told to stop; what outlasts the time is interrupted, with a reason', async () => {
  const going = await count('drains');
  const stopping = workerOf(going);
  stopping?.signal('SIGTERM');
  await expect.poll(() => stopping?.said()).toContain('Stopping; running reports have 30 s to end.');
  const others = await Promise.all(upTo(4).map((each) => run(web(each % 2), 'quick')));
  for (const { id } of others) expect(stopping?.log()).not.toContain(id);
  expect((await findRun(web(0), going)).status).toBe('running');
  openGate('drains');
  expect(await stopping?.ended).toEqual({ code: 0, signal: null });
  for (const id of [going, ...others.map((each) => each.id)]) await expectWhole(id);

  const impatient = await start('worker', ['--grace', '1ms']);
  workers = [...workers.filter((each) => each !== stopping), impatient];
  // both have room for two
  const both = [await count('a'), await count('b'), await count('c')];
  const ended = both.filter((id) => workerOf(id) === impatient);
  expect(ended).not.toEqual([]);
  impatient.signal('SIGTERM');
  expect(await impatient.ended).toEqual({ code: 0, signal: null });
  for (const gate of ['a', 'b', 'c']) openGate(gate);
  for (const id of both) await expectWhole(id, ended.includes(id) ? 'lost' : 'succeeded');
  expect(await (await page(0, `/runs/${ended[0] ?? ''}`)).text()).toContain('interrupted because the server stopped');
  workers = workers.filter((each) => each !== impatient);
});

const STEP = `import { sql } from 'kysely';
export async function up(db) {
  await sql\`alter table runs add column of_the_next_version text\`.execute(db);
  await sql\`create table of_the_next_version (id text primary key)\`.execute(db);
}
`;

/** A copy of this program with one more step of its database. Returns its main file. */
function makeNextVersion(folder: string): string {
  const root = join(MAIN, '../..');
  for (const name of ['bin', 'setup', 'src', 'python', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const steps = join(folder, 'src/store/migrate.ts');
  writeFileSync(join(folder, 'src/store/migration/9999-next.ts'), STEP);
  const text = readFileSync(steps, 'utf8');
  const changed = text
    .replace(/^const STEPS\b/m, `import { up as next } from './migration/9999-next.ts';\n$&`)
    .replace(/^(const STEPS\b[\s\S]*?)^\};/m, `$1  '9999-next': next,\n};`);
  expect(changed).toContain(`'9999-next': next`);
  writeFileSync(steps, changed);
  return join(folder, 'bin/script-runner.js');
}

it('is updated process by process: both versions work, and the older one is not started again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'next-version-'));
  try {
    const next = makeNextVersion(folder);
    const before = await count('before');
    // the first one changes the tables, while the others work
    const newWorker = await start('worker', [], { program: next });
    const columns = `select 1 as found from information_schema.columns where column_name = 'of_the_next_version'`;
    expect(await query(url, columns)).toEqual([{ found: 1 }]);
    const old = workers;
    workers = [...old, newWorker];
    const between = await Promise.all(upTo(3).map((each) => count(`between-${each}`, each % 2)));
    expect(new Set(between.map(workerOf)).has(newWorker)).toBe(true);
    // the older workers are replaced, then a web
    for (const each of old) each.signal('SIGTERM');
    for (const gate of ['before', ...upTo(3).map((each) => `between-${each}`)]) openGate(gate);
    for (const id of [before, ...between]) await expectWhole(id);
    for (const each of old) expect((await each.ended).code).toBe(0);
    const newWeb = await start('web', [], { program: next });
    webs = [newWeb, webs[1]!];
    for (const at of [0, 1]) await expectWhole((await run(web(at), 'quick')).id);
    for (const id of [before, ...between]) await expectWhole(id);
    await expect(start('web')).rejects.toThrow('This data was written by a newer version of Script Runner.');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
