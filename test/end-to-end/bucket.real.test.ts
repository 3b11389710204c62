/** `web` and `worker` processes with the files of reports in a bucket, and what they do when the bucket fails. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, HeadObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sweep } from '../../src/app/retention/retention-sweep.ts';
import { createLog } from '../../src/cli/log.ts';
import { DAY_MS, HOUR_MS } from '../../src/domain/milliseconds.ts';
import { readConfig } from '../../src/config/config.ts';
import { createWorkFolders, retainTimes, storeOptions } from '../../src/compose/compose.ts';
import { createBucket, type Bucket } from '../../src/store/bucket/bucket-client.ts';
import { keyOf } from '../../src/store/bucket/bucket-read.ts';
import { abortOldUploads } from '../../src/store/bucket/bucket-store.ts';
import { openStore } from '../../src/store/open.ts';
import { useDaemons, type Daemon } from '../cli/daemon.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { startProxy, type BucketProxy } from '../store/bucket-proxy.ts';
import { startCeph, type CephServer } from '../store/ceph.ts';
import { read, run, type ApiRun } from './client.ts';
import { makeProject, notebook } from './project.ts';

const IS_THERE = process.env['SCRIPT_RUNNER_CEPH'] !== undefined;

/** Prints, waits for its gate, then shows a large output and a table, and offers a download. */
const ALL = [
  '# parameters\nseed: str = ""\ngate: str = ""',
  'import pathlib, time\nprint("begun", seed)',
  'while gate and not pathlib.Path(gate).exists():\n    time.sleep(0.02)',
  'from IPython.display import HTML\nHTML("<p>large " + seed * 2000 + "</p>")',
  'import pandas\npandas.DataFrame({"seed": [seed] * 300, "number": range(300)})',
  'import script_runner\npathlib.Path("file.txt").write_text(seed * 30_000)\nscript_runner.download("file.txt")\nprint("end", seed)',
];
const LARGE = `import os, pathlib, script_runner
pathlib.Path("large.bin").write_bytes(bytes.fromhex(seed) * (3 << 20))
script_runner.download("large.bin")`;

/** Each process has a data folder of its own. */
const KEY = randomBytes(32).toString('hex');
const datas: string[] = [];
const newData = () => {
  const data = mkdtempSync(join(tmpdir(), 'data-'));
  datas.push(data);
  return data;
};

const project = makeProject({
  'scripts/all.ipynb': notebook(...ALL),
  'scripts/load.ipynb': notebook(
    '# parameters\ndata: str = ""',
    'import os\nprint(os.path.basename(data), os.path.getsize(data))',
  ),
  'scripts/load.params.json': '{"data": {"format": "file"}}',
  'scripts/large.ipynb': notebook('# parameters\nseed: str = ""', LARGE),
});
const gates = mkdtempSync(join(tmpdir(), 'gate-'));
const daemons = useDaemons(afterAll, async () => {
  await proxy?.close();
  await Promise.all([postgres?.stop(), ceph?.stop()]);
  project.remove();
  for (const folder of [gates, ...datas]) rmSync(folder, { recursive: true });
});
let postgres: PostgresServer | undefined;
let ceph: CephServer;
let proxy: BucketProxy;
let database: string;
let bucket: Bucket;
let webs: readonly Daemon[];
const workers: Daemon[] = [];
const started: Daemon[] = [];

const environment = () => ({
  SCRIPT_RUNNER_SERVER_KEY: KEY,
  SCRIPT_RUNNER_DATABASE: database,
  SCRIPT_RUNNER_ARTIFACTS: 's3://reports/here',
  SCRIPT_RUNNER_ARTIFACTS_ENDPOINT: proxy.endpoint,
  SCRIPT_RUNNER_ARTIFACTS_KEY: ceph.key.id,
  SCRIPT_RUNNER_ARTIFACTS_SECRET: ceph.key.secret,
});
async function start(role: 'web' | 'worker'): Promise<Daemon> {
  const flags = ['--data', newData(), '--writable-folders', gates, '--concurrency', '1', '--log', 'json'];
  const daemon = await daemons.start(role, project.folder, { flags, environment: environment() });
  started.push(daemon);
  return daemon;
}
const web = (at: number) => webs[at]?.url ?? '';
const find = async (id: string) => JSON.parse(await read(`${web(1)}/api/v1/runs/${id}`)) as ApiRun;
const status = (id: string) => expect.poll(async () => (await find(id)).status, { timeout: 60_000 });
const ready = (at: number) => expect.poll(async () => (await fetch(`${web(at)}/readyz`)).status, { timeout: 30_000 });

async function submit(script: string, parameters: object): Promise<Response> {
  return fetch(`${web(0)}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ script, parameters }),
  });
}

/** Settles when the run waits for its gate. */
async function begin(seed: string): Promise<{ readonly id: string; open(): void }> {
  const gate = join(gates, seed);
  const reply = await submit('all', { seed, gate });
  const { id } = (await reply.json()) as ApiRun;
  await expect.poll(() => read(`${web(1)}/runs/${id}/report`), { timeout: 60_000 }).toContain(`begun ${seed}`);
  return { id, open: () => writeFileSync(gate, '') };
}

/** By the other web than the one that took the submission. */
async function expectWhole(id: string, seed: string): Promise<void> {
  const api = `${web(1)}/api/v1/runs/${id}`;
  const page = await read(`${web(1)}/runs/${id}/report`);
  for (const text of [`begun ${seed}`, `large ${seed.repeat(2000)}`, `end ${seed}`]) expect(page).toContain(text);
  expect(await read(`${api}/artifacts/file.txt`)).toBe(seed.repeat(30_000));
  const { items } = JSON.parse(await read(`${api}/tables`)) as { items: { name: string }[] };
  expect((await read(`${api}/tables/${items[0]?.name}`)).trim().split('\n')).toHaveLength(301);
}

describe.skipIf(!IS_THERE)('files of reports in a bucket (needs ceph)', () => {
  beforeAll(async () => {
    const bin = findPostgres();
    if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
    postgres = await startPostgres(bin);
    ceph = await startCeph();
    database = await postgres.address();
    proxy = await startProxy(ceph.endpoint);
    bucket = createBucket({
      bucket: 'reports',
      prefix: 'here/',
      shown: '',
      endpoint: ceph.endpoint,
      region: undefined,
      pathStyle: true,
      key: ceph.key,
      temporary: '',
    });
    await bucket.client.send(new CreateBucketCommand({ Bucket: 'reports' }));
    const all = await Promise.all([start('web'), start('web'), start('worker'), start('worker')]);
    webs = all.slice(0, 2);
    workers.push(...all.slice(2));
    for (const { url } of webs) await vi.waitFor(() => read(`${url}/readyz`), { timeout: 60_000 });
  }, 180_000);
  afterEach(() => proxy.fail(() => undefined));

  it('are read whole by every web, with downloads, tables and documents, and lie in no folder', async () => {
    const { id, status: end } = await run(web(0), 'all', { seed: 'first' });
    expect(end).toBe('succeeded');
    await expectWhole(id, 'first');
    const part = await fetch(`${web(1)}/api/v1/runs/${id}/artifacts/file.txt`, { headers: { range: 'bytes=0-4' } });
    expect([part.status, await part.text()]).toEqual([206, 'first']);
    const html = await read(`${web(1)}/api/v1/runs/${id}/export?to=html`);
    expect(html).toContain(`large ${'first'.repeat(2000)}`);
    const zip = await (await fetch(`${web(1)}/api/v1/runs/${id}/export?to=zip`)).bytes();
    expect(Buffer.from(zip).includes('file.txt')).toBe(true);
    expect(datas.filter((data) => existsSync(join(data, 'blobs')))).toEqual([]);
  });

  it(
    'wait while the store is slow, silent, fails or is away during a run, and nothing is lost',
    { timeout: 120_000 },
    async () => {
      const [slow, failing] = await Promise.all([begin('slow'), begin('failing')]);
      proxy.fail(() => ({ delayMs: 1_000 }));
      slow.open();
      await status(slow.id).toBe('succeeded');
      // it accepts connections, and nothing else
      proxy.fail(() => 'silent');
      for (const at of [0, 1]) await ready(at).toBe(503);
      proxy.take();
      proxy.fail(() => ({ status: 503, code: 'SlowDown' }));
      failing.open();
      await expect.poll(() => proxy.take().some(({ method }) => method === 'HEAD'), { timeout: 30_000 }).toBe(true);
      await proxy.refuse(true);
      expect(await (await fetch(`${web(1)}/readyz`)).text()).toContain('store does not answer');
      for (const path of ['/', '/runs', '/s/all', `/runs/${slow.id}`]) await read(web(1) + path);
      expect((await fetch(`${web(1)}/runs/${slow.id}/report`)).status).toBe(503);
      const refused = await submit('all', { seed: 'refused' });
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
      expect((await find(failing.id)).status).toBe('running');
      proxy.fail(() => undefined);
      await proxy.refuse(false);
      await status(failing.id).toBe('succeeded');
      for (const at of [0, 1]) await ready(at).toBe(200);
      await expectWhole(slow.id, 'slow');
      await expectWhole(failing.id, 'failing');
      expect(webs[1]?.log()).toMatch(
        /The store of the reports’ files, s3:\/\/reports\/here, does not answer in time\..*no run starts/,
      );
      expect(webs[1]?.log()).toContain('can be used again');
    },
  );

  it('end a run with the reason if the store refuses them, and say so in the log', async () => {
    const { id, open } = await begin('forbidden');
    proxy.fail(({ method }) => (method === 'PUT' ? { status: 403, code: 'AccessDenied' } : undefined));
    open();
    await status(id).toBe('failed');
    expect((await find(id)).outcome?.exception?.value).toContain('The files of reports cannot be stored');
    expect(workers.map((worker) => worker.log()).join('')).toMatch(/AccessDenied 403.*for want of something/);
    expect(await read(`${web(1)}/runs/${id}/report`)).toContain('begun forbidden');
  });

  it('are read again if an answer is cut, and break off if they are damaged', async () => {
    const { id } = await run(web(0), 'all', { seed: 'read' });
    const address = `${web(1)}/api/v1/runs/${id}/artifacts/file.txt`;
    let cuts = 0;
    proxy.fail(({ url }) => (/\/[0-9a-f]{62}/.test(url) && (cuts += 1) < 2 ? 'cut' : undefined));
    expect(await read(address)).toBe('read'.repeat(30_000));
    const report = `${web(1)}/runs/${id}/report`;
    proxy.fail(({ url }) => (/\/[0-9a-f]{62}/.test(url) ? 'cut' : undefined));
    expect([(await fetch(address)).status, (await fetch(report)).status]).toEqual([503, 503]);
    proxy.fail(({ url }) => (/\/[0-9a-f]{62}/.test(url) ? 'damage' : undefined));
    expect([(await fetch(address)).status, (await fetch(report)).status]).toEqual([500, 200]);
    const page = await read(report);
    for (const text of ['begun read', 'bytes are missing or damaged', 'end read']) expect(page).toContain(text);
    expect(page).not.toContain('large readread');
    await expect
      .poll(() => webs[1]?.log(), { timeout: 30_000 })
      .toMatch(/The object here\/[0-9a-f/]{65} of the reports’ store is damaged.*A file of a report cannot be read/);
  });

  it('of a deleted report are deleted from the bucket, and those of others are not', async () => {
    const [gone, kept] = [await run(web(0), 'all', { seed: 'gone' }), await run(web(0), 'all', { seed: 'kept' })];
    const objects = async (seed: string) => isThere(hashOf(seed.repeat(30_000)));
    expect([await objects('gone'), await objects('kept')]).toEqual([true, true]);
    const deleted = await fetch(`${web(1)}/runs/${gone.id}/delete`, { method: 'POST', redirect: 'manual' });
    expect(deleted.status).toBe(303);
    await sweepLater();
    expect([await objects('gone'), await objects('kept')]).toEqual([false, true]);
    await expectWhole(kept.id, 'kept');
  });

  it('of a worker that is killed while it sends one are not seen in part, and the parts are removed', async () => {
    proxy.fail(({ url }) => (url.includes('partNumber=2') ? { delayMs: 600_000 } : undefined));
    const seed = randomBytes(16).toString('hex');
    const reply = await submit('large', { seed });
    const { id } = (await reply.json()) as ApiRun;
    await expect
      .poll(() => proxy.take().some(({ url }) => url.includes('partNumber=2')), { timeout: 60_000 })
      .toBe(true);
    const victim = workers.find((each) => each.log().includes(`"run":"${id}"`));
    victim?.signal('SIGKILL');
    await status(id).toBe('lost');
    expect((await find(id)).artifacts).toEqual([]);
    const uploads = async () => {
      const { Uploads = [] } = await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }));
      return Uploads.length;
    };
    expect(await uploads()).toBe(1);
    const bytes = Buffer.from(seed, 'hex');
    expect(await isThere(hashOf(Buffer.concat(Array.from({ length: 3 << 20 }, () => bytes))))).toBe(false);
    await abortOldUploads(bucket, DAY_MS);
    expect(await uploads()).toBe(1);
    await abortOldUploads(bucket, 0);
    expect(await uploads()).toBe(0);
  });

  it('that people upload in parts to several webs reach the worker, whichever web submits the run', async () => {
    const send = async (at: number, path: string, body: Uint8Array | object) => {
      const isBytes = body instanceof Uint8Array;
      const reply = await fetch(`${web(at)}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' },
        body: isBytes ? new Uint8Array(body) : JSON.stringify(body),
      });
      if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
      return (await reply.json()) as { part: string; upload: string; id: string; sha256: string };
    };
    const halves = [randomBytes(6_000_000), randomBytes(1_000_000)];
    const parts = await Promise.all(halves.map(async (half, at) => (await send(at, 'uploads/parts', half)).part));
    const joined = { name: 'orders.bin', sizeBytes: 7_000_000, parts };
    const { upload, sha256 } = await send(1, 'uploads/joined', joined);
    expect(sha256).toBe(hashOf(Buffer.concat(halves)));
    const { id } = await send(0, 'runs', { script: 'load', parameters: { data: upload } });
    await status(id).toBe('succeeded');
    expect(await read(`${web(1)}/runs/${id}/report`)).toContain('orders.bin 7000000');
    expect(await isThere(sha256)).toBe(true);
  });

  it('are stored without the key or its secret in any log', () => {
    const logs = started.map((daemon) => daemon.log() + daemon.said()).join('');
    expect(logs).toContain('A run has ended');
    for (const text of [ceph.key.id, ceph.key.secret, encodeURIComponent(ceph.key.secret)])
      expect(logs).not.toContain(text);
  });
});

const hashOf = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function isThere(hash: string): Promise<boolean> {
  const command = new HeadObjectCommand({ Bucket: bucket.name, Key: keyOf(bucket, hash) });
  return bucket.client.send(command).then(
    () => true,
    () => false,
  );
}

/** As the cleanup does it two hours from now. */
async function sweepLater(): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  await client.query('update blobs set claimed_ms = claimed_ms - 7200000').finally(() => client.end());
  const log = createLog();
  const config = readConfig({ target: project.folder, flags: { data: newData() }, environment: environment() });
  const times = retainTimes(() => config);
  const store = await openStore(config.data, times, storeOptions(config, 'clean', log));
  const folders = createWorkFolders(log);
  const scripts = { list: async () => [] };
  try {
    await sweep({
      ...store,
      scripts,
      folders,
      retention: config.retention,
      now: () => Date.now() + 2 * HOUR_MS,
      log,
    } as never);
  } finally {
    await folders.close();
    await store.close();
  }
}
