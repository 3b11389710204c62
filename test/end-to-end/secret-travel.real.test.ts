/**
 * Several webs and workers without a shared data folder: one key, sign-in and limits on every web, and secrets that
 * reach a worker only for the run that may use them.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MAIN } from '../cli/command.ts';
import { useDaemons, type Daemon } from '../cli/daemon.ts';
import { checkDatabase } from '../../src/cli/doctor/doctor-database.ts';
import { readConfig } from '../../src/config/config.ts';
import { findPostgres, query, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { hashPassword } from '../../src/http/access/password.ts';
import { testPython } from '../python.ts';
import { read } from './client.ts';
import { makeProject, notebook } from './project.ts';

const CONNECTION = 'cn-7fd0c1a9e2-words';
const PARAMETER = 'pw-5be91c04d7-words';
const PASSWORD = 'a shared pässword';
const [FIRST, SECOND, OTHER] = ['f', 's', 'o'].map((letter) => letter.repeat(43)) as [string, string, string];

const USES = `import os, pathlib, time
from link import lnk
print("has", os.environ["WAREHOUSE_URL"].count("${CONNECTION.slice(0, 5)}"), len(key))
print("masked", os.environ["WAREHOUSE_URL"], key)
pathlib.Path(gate + ".began").touch()
while not pathlib.Path(gate).exists():
    time.sleep(0.02)`;
/** What a kernel can see besides its own: variables, its connections, what lies around. */
const LOOKS = `import glob, json, os
texts = [json.dumps(dict(os.environ)), open(os.path.join(os.environ["LNK_DIR"], "link.config")).read()]
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        texts.append(open(path, errors="replace").read())
    except OSError:
        pass
print("found", sum(("cn-7fd0" + "c1a9e2") in text or ("pw-5be9" + "1c04d7") in text for text in texts))`;

const config = {
  dbs: {
    warehouse: {
      wrapper: 'PostgresDB',
      host: '127.0.0.1',
      user: 'ana',
      password: { env: 'WAREHOUSE_PASSWORD' },
      database: 'd',
    },
  },
};
const on = (tag: string, text: string) => {
  const parsed = JSON.parse(text) as { metadata: object };
  return JSON.stringify({ ...parsed, metadata: { ...parsed.metadata, script_runner: { needs: [tag] } } });
};
const uses = notebook('# parameters\nkey: str = ""\ngate: str = ""', USES);
const SIDECAR = JSON.stringify({
  type: 'object',
  properties: { key: { type: 'string', format: 'password' }, gate: { type: 'string' } },
});
const project = makeProject({
  'scripts/sales/uses.ipynb': on('links', uses),
  'scripts/sales/uses.params.json': SIDECAR,
  'scripts/sales/bare.ipynb': on('bare', notebook('from link import lnk\nprint("runs")')),
  'scripts/other/looks.ipynb': on('links', notebook(LOOKS)),
  // an author's copy, which may not travel
  'scripts/sales/.link/link.config': JSON.stringify({ dbs: { copy: { password: CONNECTION } } }),
});
const worker = makeProject({
  'script-runner.toml': 'connections = ["sales/*: warehouse"]\n',
  '.link/link.config': JSON.stringify(config),
});
const bare = makeProject({ 'script-runner.toml': '' });
const base = mkdtempSync(join(tmpdir(), 'travel-'));
const keyFile = join(base, 'key');
const daemons = useDaemons(afterAll, async () => {
  await server.stop();
  for (const { remove } of [project, worker, bare]) remove();
  rmSync(base, { recursive: true, force: true });
});
let server: PostgresServer;
let variables: Record<string, string>;
let webs: Daemon[];
let workers: Daemon[];
let token: string;

const inBase = (name: string) => join(base, name);
const flagsOf = (name: string) => ['--data', inBase(name), '--artifacts', inBase('files'), '--log', 'json'];
/** Each process has a data folder of its own, by its name. */
const start = (role: 'web' | 'worker', name: string, folder: string, ...flags: string[]) =>
  daemons.start(role, folder, {
    flags: [...flagsOf(name), '--writable-folders', inBase('gates'), ...flags],
    environment: { ...variables, ...(folder === worker.folder ? { WAREHOUSE_PASSWORD: CONNECTION } : {}) },
  });
const command = (...words: string[]) =>
  spawnSync(process.execPath, [MAIN, ...words], {
    encoding: 'utf8',
    env: { ...process.env, ...variables, SCRIPT_RUNNER_PYTHON: testPython() },
  });

beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
  mkdirSync(inBase('gates'));
  writeFileSync(keyFile, `${FIRST}\n`, { mode: 0o600 });
  variables = {
    SCRIPT_RUNNER_DATABASE: await server.address(),
    SCRIPT_RUNNER_SERVER_KEY_FILE: keyFile,
    SCRIPT_RUNNER_PASSWORD_HASH: await hashPassword(PASSWORD, { N: 16, r: 8, p: 1 }),
  };
  const starting = [
    start('web', 'one', project.folder),
    start('web', 'two', project.folder),
    start('worker', 'links', worker.folder, '--worker-tags', 'links'),
    start('worker', 'bare', bare.folder, '--worker-tags', 'bare'),
  ];
  await Promise.allSettled(starting);
  const started = await Promise.all(starting);
  [webs, workers] = [started.slice(0, 2), started.slice(2)];
  token = command('key', 'token', project.folder, '--data', inBase('one')).stdout.trim();
  for (const { url } of webs) await vi.waitFor(() => read(`${url}/readyz`), { timeout: 60_000 });
});

const urlOf = (at: number) => webs[at]?.url ?? '';
const ask = (at: number, path: string, init: RequestInit = {}) =>
  fetch(urlOf(at) + path, {
    redirect: 'manual',
    ...init,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...(init.headers as object) },
  });
async function submit(script: string, parameters: object = {}): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const reply = await ask(0, '/api/v1/runs', { method: 'POST', headers, body: JSON.stringify({ script, parameters }) });
  expect(reply.status).toBe(202);
  return ((await reply.json()) as { id: string }).id;
}
const statusOf = async (id: string) =>
  ((await (await ask(1, `/api/v1/runs/${id}`)).json()) as { status: string }).status;
const events = async (id: string) => (await ask(1, `/api/v1/runs/${id}/events`)).text();

/** All rows of all tables, as text. */
async function dump(): Promise<string> {
  const tables = await query(
    variables['SCRIPT_RUNNER_DATABASE']!,
    `select tablename from pg_tables where schemaname = 'public'`,
  );
  const rows = await Promise.all(
    tables.map(({ tablename }) =>
      query(variables['SCRIPT_RUNNER_DATABASE']!, `select to_json(t)::text from "${String(tablename)}" t`),
    ),
  );
  return JSON.stringify(rows);
}
const secretsIn = (text: string) => [CONNECTION, PARAMETER].filter((secret) => text.includes(secret));
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => existsSync(path) && statSync(path).isFile());
/** The processes with a secret in their environment or command line. */
function holders(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      ['environ', 'cmdline'].some((file) => {
        try {
          return secretsIn(readFileSync(`/proc/${pid}/${file}`, 'latin1')).length > 0;
        } catch {
          return false;
        }
      }),
    )
    .map(Number);
}

it('give the secrets of a run to its worker and kernel, and to nothing and nobody else', async () => {
  const gate = join(inBase('gates'), 'open');
  const id = await submit('sales/uses', { key: PARAMETER, gate });
  await expect.poll(() => existsSync(`${gate}.began`), { timeout: 60_000 }).toBe(true);
  const address = variables['SCRIPT_RUNNER_DATABASE']!;
  const stored = () => query(address, `select secrets from runs where id = '${id}'`);
  expect((await stored())[0]?.['secrets']).toMatch(/^[\w+/=]{40,}$/);
  expect(secretsIn(await dump())).toEqual([]);
  // only the worker that was started with it; between fork and exec, a child has its parent's variables
  await expect.poll(holders).toEqual([workers[0]!.pid]);
  const looks = await submit('other/looks');
  await expect.poll(() => statusOf(looks), { timeout: 60_000 }).toBe('succeeded');
  expect(await events(looks)).toContain('found 0');
  writeFileSync(gate, '');
  await expect.poll(() => statusOf(id), { timeout: 60_000 }).toBe('succeeded');

  const log = await events(id);
  expect(log).toContain(`has 1 ${PARAMETER.length}`);
  expect(log).toContain('masked postgresql://ana:•••@127.0.0.1/d ');
  expect((await stored())[0]?.['secrets']).toBeNull();
  const report = await (await ask(0, `/api/v1/runs/${id}/report`)).text();
  const said = [...webs, ...workers].map((daemon) => daemon.log() + daemon.said()).join('\n');
  expect(secretsIn([log, report, said, await dump()].join('\n'))).toEqual([]);
  const files = ['one', 'two', 'links', 'bare', 'files'].flatMap((name) => filesIn(inBase(name)));
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((path) => secretsIn(readFileSync(path, 'latin1')).length > 0)).toEqual([]);
});

it('say on a run that its worker has no connections', async () => {
  const id = await submit('sales/bare');
  await expect.poll(() => statusOf(id), { timeout: 60_000 }).toMatch(/succeeded|failed/);
  expect(await events(id)).toContain('the worker that executes it has no .link/link.config');
});

const enter = (at: number, password: string) =>
  fetch(`${urlOf(at)}/sign-in`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ password }) });
const cookieOf = (reply: Response) =>
  reply.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
const look = async (at: number, cookie: string) =>
  (await fetch(`${urlOf(at)}/`, { redirect: 'manual', headers: { cookie, accept: 'text/html' } })).status;

it('sign in and out on every web, and count tries together', async () => {
  const cookie = cookieOf(await enter(0, PASSWORD));
  expect([await look(0, cookie), await look(1, cookie), await look(1, '')]).toEqual([200, 200, 303]);
  await fetch(`${urlOf(1)}/sign-out`, { method: 'POST', redirect: 'manual', headers: { cookie, origin: urlOf(1) } });
  await expect.poll(() => look(0, cookie)).toBe(303);
  const tries: number[] = [];
  for (let count = 0; count < 6; count += 1) tries.push((await enter(count % 2, 'wrong')).status);
  expect(tries).toEqual([403, 403, 403, 403, 403, 429]);
  expect((await enter(0, PASSWORD)).status).toBe(429);
  await query(variables['SCRIPT_RUNNER_DATABASE']!, 'delete from password_tries');
});

it('get a new key one after the other, without signing anybody out, and refuse those that lack it', async () => {
  await expect.poll(async () => (await enter(0, PASSWORD)).status).toBe(303);
  const cookie = cookieOf(await enter(0, PASSWORD));
  const doctor = async () => {
    const flags = { data: inBase('two'), artifacts: inBase('files') };
    const findings = await checkDatabase(readConfig({ target: project.folder, flags, environment: variables }));
    return findings.find(({ name }) => name === 'Server key');
  };
  writeFileSync(keyFile, `${FIRST}\n${SECOND}\n`);
  webs[0] = await start('web', 'one', project.folder);
  writeFileSync(keyFile, `${SECOND}\n${FIRST}\n`);
  webs[1] = await start('web', 'two', project.folder);
  expect([await look(0, cookie), await look(1, cookie)]).toEqual([200, 200]);
  const fresh = cookieOf(await enter(1, PASSWORD));
  expect([await look(0, fresh), await look(1, fresh)]).toEqual([200, 200]);
  expect((await ask(1, '/api/v1/status')).status).toBe(200);
  const text = 'of the setting server_key, as the other processes; 1 earlier';
  expect(await doctor()).toEqual({ name: 'Server key', state: 'ok', text });

  const sentence = /The processes of postgres:\S+ use a key that this one does not have\. Give all of them the same/;
  // not the key that the others use now
  writeFileSync(keyFile, FIRST);
  await expect(start('web', 'three', project.folder)).rejects.toThrow(sentence);
  writeFileSync(keyFile, OTHER);
  expect(await doctor()).toMatchObject({ state: 'problem', text: expect.stringMatching(sentence) });
  writeFileSync(keyFile, `${SECOND}\n`);
  webs[1] = await start('web', 'two', project.folder);
  expect([await look(1, cookie), await look(1, fresh), (await ask(1, '/api/v1/status')).status]).toEqual([
    303, 200, 401,
  ]);
});
