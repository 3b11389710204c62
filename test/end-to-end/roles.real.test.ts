/** `web` and `worker` processes on one database, and what remains when one of them is killed. */

import { spawn, spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { MAIN } from '../cli/command.ts';
import { startRole, useDaemons, type Daemon, type RoleOptions } from '../cli/daemon.ts';
import { clockAheadBy, hasFakeClock } from '../cli/fake-clock.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { createRepository } from '../git/repository.ts';
import { freePort } from '../free-port.ts';
import { testPython } from '../python.ts';
import { hasNamespaces, makeHost } from '../host.ts';
import { findRun, read, run, submit, type ApiRun } from './client.ts';
import { makeProject, notebook } from './project.ts';
import { followRun, upTo } from './run-stream.ts';

const COUNTS = `import pathlib, time
pathlib.Path(gate + ".began").touch()
count = 0
while not pathlib.Path(gate).exists():
    count += 1
    print(count)
    time.sleep(0.02)
print("end", count)`;

/** Writes a number to a file all the time, whatever becomes of its outputs. */
const BEATS = `import pathlib, time
print("begun", flush=True)
for count in range(100_000):
    pathlib.Path(gate + ".beat").write_text(str(count))
    pathlib.Path(gate + ".began").touch()
    time.sleep(0.02)`;

const project = makeProject({
  'scripts/beats.ipynb': notebook('# parameters\ngate: str = ""', BEATS),
  'scripts/counts.ipynb': notebook('# parameters\ngate: str = ""', COUNTS),
  'scripts/retried.ipynb': notebook('# parameters\ngate: str = ""', COUNTS),
  'scripts/retried.params.json': JSON.stringify({ properties: {}, 'x-script-runner': { retries: 1 } }),
  'scripts/secret.ipynb': notebook('# parameters\nkey: str = ""', 'print(len(key))'),
  'scripts/secret.params.json': JSON.stringify({
    type: 'object',
    properties: { key: { type: 'string', format: 'password' } },
  }),
});
const gates = mkdtempSync(join(tmpdir(), 'gate-'));
const host = makeHost();
const daemons = useDaemons(afterAll, async () => {
  await server.stop();
  await host.close();
  project.remove();
  rmSync(gates, { recursive: true });
});
let server: PostgresServer;
let url: string;
let webs: readonly Daemon[];
let workers: readonly Daemon[];
let metricsPort: number;

const start = (role: 'web' | 'worker', ...flags: string[]) => startOn(url, role, flags);

const startOn = (database: string, role: 'web' | 'worker', flags: readonly string[], options: RoleOptions = {}) =>
  daemons.start(role, project.folder, {
    flags: ['--writable-folders', gates, '--concurrency', '1', '--log', 'json', ...flags],
    environment: { SCRIPT_RUNNER_DATABASE: database },
    ...options,
  });

const web = (index: number) => webs[index]?.url ?? '';
const find = (id: string, at = 0) => findRun(web(at), id);
const status = (id: string, ms = 60_000) => expect.poll(async () => (await find(id, 1)).status, { timeout: ms });
const openGate = (gate: string) => writeFileSync(join(gates, gate), '');

/** A run that counts until its gate is opened; settles when it has begun. */
async function count(gate: string, script = 'counts'): Promise<ApiRun> {
  const going = await submit(web(0), script, { gate: join(gates, gate) });
  await expect.poll(() => existsSync(join(gates, `${gate}.began`)), { timeout: 60_000 }).toBe(true);
  return going;
}

const follow = (at: number, id: string, last?: number, onText?: (text: string) => void) =>
  followRun(web(at), id, last, onText);

/** Whether the process listens on any TCP port. */
function listens(pid: number): boolean {
  const listening = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((words) => words[3] === '0A')
      .map((words) => `socket:[${words[9] ?? ''}]`),
  );
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return listening.includes(readlinkSync(`/proc/${pid}/fd/${fd}`));
    } catch {
      return false;
    }
  });
}

beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin, host.near);
  url = await server.address();
  metricsPort = await freePort();
  // all at once, on an empty database and in a new folder
  const starting = [
    start('web'),
    start('web'),
    start('worker'),
    start('worker', '--metrics-port', String(metricsPort)),
  ];
  // if one of them fails, the others are there to be killed
  await Promise.allSettled(starting);
  const started = await Promise.all(starting);
  webs = started.slice(0, 2);
  workers = started.slice(2);
  for (const { url: address } of webs) await vi.waitFor(() => read(`${address}/readyz`), { timeout: 60_000 });
});

it('shows each run on every web, live, in order and complete, and opens a port for metrics only', async () => {
  const going = await count('live');
  let seen = 0;
  const streams = [0, 1].map((at) => follow(at, going.id, 0, (text) => (seen = Math.max(seen, text.length))));
  await expect.poll(() => seen).toBeGreaterThan(2000);
  openGate('live');
  for (const { text, seqs } of await Promise.all(streams)) {
    expect(seqs).toEqual(upTo(seqs.length));
    expect(text).toMatch(/event: run-finished\ndata: .*"succeeded"/);
  }
  expect(await read(`${web(1)}/runs/${going.id}/report`)).toContain('end ');
  expect(workers.map(({ pid }) => listens(pid))).toEqual([false, true]);
  expect(await read(`http://127.0.0.1:${metricsPort}/metrics`)).toContain('script_runner_runs_finished_total');
});

it('gives each run to one worker, with its password, and lets any web cancel it', async () => {
  const done = await Promise.all(
    Array.from({ length: 12 }, (_, index) => run(web(index % 2), 'secret', { key: `pass-word-${index}` })),
  );
  expect(done.map((each) => [each.status, (each as ApiRun & { attempt: number }).attempt])).toEqual(
    done.map(() => ['succeeded', 1]),
  );
  const going = await count('cancelled');
  await fetch(`${web(1)}/api/v1/runs/${going.id}/cancel`, { method: 'POST' });
  await status(going.id).toBe('cancelled');
});

it('knows a session on every web, and that it was signed out', async () => {
  const token = readFileSync(join(project.folder, '.script-runner/operator-token'), 'utf8').trim();
  const signedIn = await fetch(`${web(0)}/sign-in?token=${token}`, { redirect: 'manual' });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const admin = async (at: number) =>
    (await fetch(`${web(at)}/admin`, { headers: { cookie, accept: 'text/html' }, redirect: 'manual' })).status;
  expect([await admin(0), await admin(1)]).toEqual([200, 200]);
  await fetch(`${web(0)}/sign-out`, {
    method: 'POST',
    headers: { cookie, origin: new URL(web(0)).origin },
    redirect: 'manual',
  });
  expect(await admin(0)).not.toBe(200);
  await expect.poll(() => admin(1)).not.toBe(200);
});

/** `doctor` of a part, in JSON: the state and the text of each finding by its name. */
async function doctor(
  role: string,
  environment: NodeJS.ProcessEnv = {},
  data = join(project.folder, '.script-runner'),
) {
  const words = [MAIN, 'doctor', project.folder, '--role', role, '--json', '--data', data, '--python', testPython()];
  const child = spawn(process.execPath, words, {
    env: { ...process.env, SCRIPT_RUNNER_DATABASE: url, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const piece of child.stdout) said += String(piece);
  const findings = JSON.parse(said) as readonly { name: string; state: string; text: string }[];
  return new Map(findings.map(({ name, state, text }) => [name, `${state} ${text}`]));
}

it.runIf(hasFakeClock)(
  'are described by doctor for each part, which names a wrong clock and a wrong data folder',
  async () => {
    const ofWorker = await doctor('worker');
    expect(ofWorker.get('Kernel')).toMatch(/^ok /);
    expect(ofWorker.get('Database')).toMatch(/^ok postgres:.* \(PostgreSQL \d+.*, UTF-8\)$/);
    for (const [role, { pid }] of [...webs.map((each) => ['web', each] as const), ['worker', workers[0]!] as const])
      expect(ofWorker.get('Processes')).toContain(`script-runner ${role} (process ${pid} on `);
    expect(ofWorker.get('Processes')).toMatch(/script-runner (web|worker) \(process \d+ on \S+ deletes old reports\./);
    expect(ofWorker.get('Data folder')).toMatch(/^ok .* is the folder of this database$/);
    const ofWeb = await doctor('web', clockAheadBy('+1h'), gates);
    expect([ofWeb.has('Kernel'), ofWeb.get('Data folder')]).toEqual([
      false,
      expect.stringMatching(/^problem .* does not have the files of the reports in postgres:/),
    ]);
    expect(ofWeb.get('Clock')).toMatch(
      /^problem The clock of this machine is (1 h|59 min \d+ s|1 h 1 s) ahead of that of the database/,
    );
  },
);

it.runIf(hasFakeClock)('are refused with a clock that is an hour off', async () => {
  const said = await startRole('worker', project.folder, {
    environment: { SCRIPT_RUNNER_DATABASE: url, ...clockAheadBy('-1h') },
  }).then(
    () => 'started',
    (error: Error) => error.message,
  );
  expect(said).toMatch(/The clock of this machine is .* behind that of the database .*\. Set both by NTP\./);
});

it('lets the readers of a killed web go on at the other, without a gap', async () => {
  const going = await count('reader');
  let seen = 0;
  const reading = follow(0, going.id, 0, (text) => (seen = text.length));
  await expect.poll(() => seen).toBeGreaterThan(2000);
  webs[0]?.signal('SIGKILL');
  const first = await reading;
  openGate('reader');
  const second = await follow(1, going.id, first.seqs.at(-1));
  const seqs = [...first.seqs, ...second.seqs];
  expect(seqs).toEqual(upTo(seqs.length));
  expect(second.text).toMatch(/event: run-finished\ndata: .*"succeeded"/);
  await webs[0]?.ended;
  webs = [await start('web'), webs[1]!];
});

it('ends the notebook of a worker that stood still, once others have ended its run', async () => {
  const going = await count('still');
  const victim = workers.find((each) => each.log().includes(`"run":"${going.id}"`));
  victim?.signal('SIGSTOP');
  await status(going.id, 30_000).toBe('lost');
  const { seqs } = await follow(1, going.id);
  victim?.signal('SIGCONT');
  // the kernel has ended when the log says so
  await expect
    .poll(
      () =>
        victim
          ?.log()
          .split('\n')
          .some((line) => line.includes(going.id) && line.includes('A run has ended')),
      {
        timeout: 30_000,
      },
    )
    .toBe(true);
  expect((await follow(1, going.id)).seqs).toEqual(seqs);
  expect((await find(going.id, 1)).status).toBe('lost');
});

it('ends the run of a killed worker as interrupted, and the other one works on', async () => {
  const going = await count('killed');
  const { worker } = JSON.parse(/^event: run-started\ndata: (.*)$/m.exec(await started(going.id))?.[1] ?? '{}') as {
    worker?: string;
  };
  expect(worker).toBeTruthy();
  const victim = workers.find((each) => each.log().includes(`"run":"${going.id}"`));
  victim?.signal('SIGKILL');
  await status(going.id, 30_000).toBe('lost');
  expect((await run(web(1), 'secret', { key: 'pass-word' })).status).toBe('succeeded');
});

it('begins the run of a killed worker again where its author allows it, and its readers see it from the start', async () => {
  const rest = await start('worker');
  const going = await count('again', 'retried');
  const reading = follow(1, going.id);
  const victim = [...workers, rest].find((each) => each.log().includes(`"run":"${going.id}"`));
  victim?.signal('SIGKILL');
  openGate('again');
  await status(going.id, 60_000).toBe('succeeded');
  expect(await find(going.id)).toMatchObject({ attempt: 2 });
  const { seqs, text } = await reading;
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect([...text.matchAll(/^event: (run-\w+)$/gm)].map(([, type]) => type)).toEqual([
    'run-queued',
    'run-started',
    'run-requeued',
    'run-started',
    'run-finished',
  ]);
  const report = await read(`${web(0)}/api/v1/runs/${going.id}/report`);
  expect(report).toContain('so the run began again');
  const others = [...workers, rest].filter((each) => each !== victim);
  for (const each of others) each.signal('SIGTERM');
  // the one that was killed before has no code
  const codes = await Promise.all(others.map(async ({ ended }) => (await ended).code));
  expect(codes.filter((code) => code !== null)).toEqual([0]);
  const readiness = async () => (await fetch(`${web(1)}/readyz`)).text();
  await expect.poll(readiness, { timeout: 30_000 }).toContain('No worker is connected.');
});

const lost = hasNamespaces ? 'loses all packets' : 'is silent (to lose packets, it needs network namespaces)';

it(
  `ends the notebook of a worker whose link to the database ${lost}, leads readers elsewhere, and goes on`,
  { timeout: 120_000 },
  async () => {
    const remote = { wrapper: host.wrapper };
    const database = await host.databaseUrl(url);
    const starting = [startOn(database, 'worker', [], remote), startOn(database, 'web', [], remote)] as const;
    await Promise.allSettled(starting);
    const [worker, far] = await Promise.all(starting);
    const farUrl = await host.reach(far.url);
    await vi.waitFor(() => read(`${farUrl}/readyz`), { timeout: 60_000 });
    const going = await count('link', 'beats');
    let seen = 0;
    const reading = followRun(farUrl, going.id, 0, (text) => (seen = text.length));
    await expect.poll(() => seen).toBeGreaterThan(0);
    const readiness = async () => (await fetch(`${farUrl}/readyz`)).text();
    host.silence(true);
    // its proxy sends requests elsewhere, and so do readers whose stream ends
    await expect.poll(readiness, { timeout: 30_000 }).toContain('database does not answer');
    const first = await reading;
    const second = await follow(1, going.id, first.seqs.at(-1));
    expect([...first.seqs, ...second.seqs]).toEqual(upTo(first.seqs.length + second.seqs.length));
    expect(second.text).toMatch(/event: run-finished\ndata: .*"lost"/);
    await expect.poll(() => worker.log(), { timeout: 30_000 }).toContain('The database does not answer');
    const beat = () => readFileSync(join(gates, 'link.beat'), 'utf8');
    await expect
      .poll(
        async () => {
          const before = beat();
          await wait(300);
          return beat() === before;
        },
        { timeout: 30_000 },
      )
      .toBe(true);
    const { seqs } = await follow(1, going.id);
    expect(seqs).toEqual(upTo(seqs.length));
    host.silence(false);
    await expect.poll(readiness, { timeout: 60_000 }).toContain('"status":"ready"');
    expect((await run(farUrl, 'secret', { key: 'pass-word' })).status).toBe('succeeded');
    expect((await follow(1, going.id)).seqs).toEqual(seqs);
    worker.signal('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  },
);

async function started(id: string): Promise<string> {
  const stop = new AbortController();
  const reply = await fetch(`${web(1)}/api/v1/runs/${id}/events`, { signal: stop.signal });
  let text = '';
  for await (const piece of reply.body ?? []) {
    text += Buffer.from(piece as Uint8Array).toString();
    if (/^event: run-started\ndata: .*$/m.test(text)) break;
  }
  stop.abort();
  return text;
}

const report = (version: number) => ({
  'scripts/report.py': `# %%\nimport helper\nprint("made", ${version}, "of", helper.VALUE)\n`,
  'scripts/helper.py': `VALUE = ${version}\n`,
});

it(
  'publishes each commit of a repository on all webs, whichever of them hears of it',
  { timeout: 180_000 },
  async () => {
    const repository = await createRepository(report(1));
    const versions = new Map([[repository.git('rev-parse', 'HEAD').trim(), 1]]);
    const own = makeProject({ 'scripts/unused.py': '' });
    onTestFinished(own.remove);
    const database = await server.address();
    const secret = 'the-secret-of-the-webhook';
    const begin = (role: 'web' | 'worker') =>
      daemons.start(role, own.folder, {
        flags:
          role === 'worker' ? [] : ['--source', repository.address, '--source-interval', '1h', '--source-limit', '1MB'],
        environment: { SCRIPT_RUNNER_DATABASE: database, SCRIPT_RUNNER_SOURCE_SECRET: secret },
      });
    const starting = [begin('web'), begin('web'), begin('worker'), begin('worker')];
    await Promise.allSettled(starting);
    const started = await Promise.all(starting);
    const [one = '', other = ''] = started.map(({ url: address }) => address);
    for (const address of [one, other]) await vi.waitFor(() => read(`${address}/readyz`), { timeout: 60_000 });
    type Made = ApiRun & { readonly commit: string; readonly revision: string };
    const make = async (at: string) => (await run(at, 'report')) as Made;
    const textOf = ({ id }: ApiRun) => read(`${other}/api/v1/runs/${id}/report`);
    const push = async (files: Record<string, string>, version: number) => {
      const commit = await repository.push(files);
      versions.set(commit, version);
      // only one of them is told
      const signature = createHmac('sha256', secret).update('{}').digest('hex');
      const hook = { method: 'POST', body: '{}', headers: { 'x-hub-signature-256': signature } };
      expect((await fetch(`${one}/hooks/source`, hook)).status).toBe(202);
      return commit;
    };
    const published = (commit: string) =>
      expect
        .poll(async () => (await Promise.all([make(one), make(other)])).map((made) => made.commit), { timeout: 60_000 })
        .toEqual([commit, commit]);

    const first = await make(other);
    expect(versions.get(first.commit)).toBe(1);
    let isPushed = false;
    const during = [one, other].map(async (at) => {
      const runs: Made[] = [];
      while (!isPushed) runs.push(await make(at));
      return runs;
    });
    await published(await push(report(2), 2));
    isPushed = true;
    for (const made of (await Promise.all(during)).flat()) {
      const version = String(versions.get(made.commit));
      expect(await textOf(made)).toContain(`made ${version} of ${version}`);
    }

    const good = (await make(one)).commit;
    await push({ ...report(4), 'scripts/data.bin': randomBytes(2_000_000).toString('hex') }, 4);
    await expect.poll(() => started[0]?.log(), { timeout: 30_000 }).toContain('source_limit');
    expect((await Promise.all([make(one), make(other)])).map(({ commit }) => commit)).toEqual([good, good]);

    const token = readFileSync(join(own.folder, '.script-runner/operator-token'), 'utf8').trim();
    const answer = await fetch(`${one}/runs/${first.id}/roll-back`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, origin: one },
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
    await expect.poll(async () => (await make(other)).revision, { timeout: 30_000 }).toBe(first.revision);
    // it ends with the commit that changes its file
    const last = await push({ ...report(5), 'scripts/data.bin': '' }, 5);
    await published(last);
    for (const at of [one, other]) expect(await textOf(await make(at))).toContain('made 5 of 5');
    for (const { signal, ended } of started) {
      signal('SIGTERM');
      await ended;
    }
  },
);

it('are refused without a database', () => {
  for (const role of ['web', 'worker']) {
    const { status: code, stderr } = spawnSync(process.execPath, [MAIN, role, project.folder, '--data', gates], {
      encoding: 'utf8',
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`script-runner ${role} needs a database`)]);
  }
});
