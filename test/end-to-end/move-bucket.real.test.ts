/**
 * Reports of a killed server on SQLite are moved into PostgreSQL and a bucket, and only their files into a bucket and
 * back: also if the move is killed in the middle. After each, a server shows the same reports and downloads.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBucket } from '../../src/store/bucket/bucket-client.ts';
import { MAIN } from '../cli/command.ts';
import { useDaemons } from '../cli/daemon.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { startProxy, type BucketProxy } from '../store/bucket-proxy.ts';
import { startCeph, type CephServer } from '../store/ceph.ts';
import { read, type ApiRun } from './client.ts';
import { makeProject } from './project.ts';

const IS_THERE = process.env['SCRIPT_RUNNER_CEPH'] !== undefined;
const OLDER = join(import.meta.dirname, 'older');
/** Nothing of the fixture may expire. */
const FOR_EVER = ['--retain-days', '36500', '--queue-time', '36500d'];
/** What waited in the fixture ends later, on each server anew. */
const BEGUN_MS = Date.now();
const UPLOAD = /\/[0-9a-f]{2}\/[0-9a-f]{62}/;

const project = makeProject({});
const { folder } = project;
const data = join(folder, 'data');
let postgres: PostgresServer | undefined;
let ceph: CephServer | undefined;
let proxy: BucketProxy | undefined;
let buckets = 0;
let bucket: string;
let url: string | undefined;
const daemons = useDaemons(afterAll, async () => {
  await proxy?.close();
  await Promise.all([postgres?.stop(), ceph?.stop()]);
  project.remove();
});

const environment = () => ({
  SCRIPT_RUNNER_ARTIFACTS_ENDPOINT: proxy?.endpoint ?? '',
  SCRIPT_RUNNER_ARTIFACTS_KEY: ceph?.key.id ?? '',
  SCRIPT_RUNNER_ARTIFACTS_SECRET: ceph?.key.secret ?? '',
  ...(url === undefined ? {} : { SCRIPT_RUNNER_DATABASE: url }),
});
const s3 = () =>
  createBucket({
    bucket,
    prefix: '',
    shown: '',
    endpoint: ceph?.endpoint,
    region: undefined,
    pathStyle: true,
    key: ceph?.key,
    temporary: '',
  });

async function objects(): Promise<string[]> {
  const { Contents = [] } = await s3().client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = '' }) => Key);
}

async function command(...words: string[]) {
  return promisify(execFile)(process.execPath, [MAIN, ...words], { env: { ...process.env, ...environment() } }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

/** Ends the command by SIGKILL while it sends a file to the bucket, after others. */
async function killed(...words: string[]): Promise<void> {
  let count = 0;
  proxy?.fail(({ method, url: path }) =>
    method === 'PUT' && UPLOAD.test(path) && (count += 1) > 2 ? { delayMs: 600_000 } : undefined,
  );
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { ...process.env, ...environment() },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await expect.poll(() => count, { timeout: 60_000 }).toBeGreaterThan(2);
  child.kill('SIGKILL');
  await ended;
  proxy?.fail(() => undefined);
}

const sumOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Of each finished run: its status, and the SHA-256 of its report, notebook and downloads. */
async function shown(...flags: string[]): Promise<Record<string, string>> {
  const daemon = await daemons.start('serve', folder, { flags: [...flags, ...FOR_EVER], environment: environment() });
  const { items } = JSON.parse(await read(`${daemon.url}/api/v1/runs?limit=100`)) as { items: ApiRun[] };
  const found: Record<string, string> = {};
  const isOld = ({ status, endedAt }: ApiRun) => status === 'succeeded' && Date.parse(endedAt ?? '') < BEGUN_MS;
  for (const { id, status, artifacts } of items.filter(isOld)) {
    const paths = [`/runs/${id}/report`, `/api/v1/runs/${id}/report.ipynb`, ...artifacts.map(({ url: path }) => path)];
    const sums = await Promise.all(paths.map(async (path) => sumOf(await read(new URL(path, daemon.url).href))));
    found[id] = `${status} ${sums.join(' ')}`;
  }
  daemon.signal('SIGTERM');
  await daemon.ended;
  return found;
}

/** The reports of the fixture, at least. */
function expectSame(after: Record<string, string>, before: Record<string, string>): void {
  for (const [id, sums] of Object.entries(before)) expect([id, after[id]]).toEqual([id, sums]);
}

function filesSum(): string {
  const sum = createHash('sha256');
  for (const path of globSync('blobs/??/*', { cwd: data }).sort())
    sum.update(path).update(readFileSync(join(data, path)));
  return sum.digest('hex');
}

describe.skipIf(!IS_THERE)('a move into a bucket (needs ceph)', () => {
  beforeAll(async () => {
    const bin = findPostgres();
    if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
    postgres = await startPostgres(bin);
    ceph = await startCeph();
    proxy = await startProxy(ceph.endpoint);
    execFileSync('cp', ['-r', join(OLDER, 'scripts'), folder]);
  }, 180_000);
  beforeEach(async () => {
    url = undefined;
    bucket = `reports-${(buckets += 1)}`;
    await s3().client.send(new CreateBucketCommand({ Bucket: bucket }));
    rmSync(data, { recursive: true, force: true });
    execFileSync('tar', ['-xzf', join(OLDER, '0013-filter.tar.gz'), '-C', folder]);
  });
  afterEach(() => proxy?.fail(() => undefined));

  it('with all reports to PostgreSQL goes on after it was killed, and nothing is lost', async () => {
    const aside = join(folder, 'aside');
    execFileSync('cp', ['-r', data, aside]);
    const before = await shown('--data', aside);
    expect(Object.keys(before).length).toBeGreaterThan(1);
    url = await postgres?.address();
    const to = join(folder, 'moved');
    const words = ['migrate-store', folder, '--data', data, '--to-data', to, '--artifacts', `s3://${bucket}/here`];
    const sum = filesSum();
    await killed(...words);
    const flags = ['--data', to, '--artifacts', `s3://${bucket}/here`];
    await expect(shown(...flags)).rejects.toThrow('are being moved into the database');
    expect((await command('doctor', folder, '--data', to)).said).toContain('are being moved into the database');
    const done = await command(...words);
    expect(done).toMatchObject({ code: 0, said: expect.stringMatching(/and 8 files .*\n.*every file was read back/) });
    for (const secret of [ceph?.key.secret, postgres?.password])
      expect(done.said).not.toContain(encodeURIComponent(secret ?? 'none'));
    expect(await command(...words, '--verify')).toMatchObject({ code: 0, said: expect.stringContaining('8 of 8') });
    expect([filesSum(), existsSync(join(to, 'blobs'))]).toEqual([sum, false]);
    const object = (await objects()).find((key) => UPLOAD.test(`/${key}`)) ?? '';
    expectSame(await shown(...flags), before);
    await s3().client.send(new DeleteObjectCommand({ Bucket: bucket, Key: object }));
    const verified = await command(...words, '--verify');
    expect(verified).toMatchObject({ code: 1, said: expect.stringContaining('7 of 8') });
    expect(verified.said).toContain(`missing or damaged: ${object.replace('here/', '').replace('/', '')}`);
  });

  it('with the files alone leaves the reports on SQLite, goes on after it was killed, and leads back', async () => {
    const before = await shown('--data', data);
    const there = ['move-files', folder, '--data', data, '--to', `s3://${bucket}/here`];
    await killed(...there);
    expect((await objects()).filter((key) => key.endsWith('database-id'))).toEqual([]);
    expectSame(await shown('--data', data), before);
    const done = await command(...there);
    expect(done).toMatchObject({
      code: 0,
      said: expect.stringMatching(/Copied \d+ files of reports .* read each one back/),
    });
    expect(done.said).toContain(`artifacts = "s3://${bucket}/here"`);
    expect(await command(...there)).toMatchObject({ code: 2, said: expect.stringContaining('already') });
    await expect(shown('--data', data)).rejects.toThrow('Set artifacts to that');
    rmSync(join(data, 'blobs'), { recursive: true });
    const elsewhere = ['--data', data, '--artifacts', `s3://${bucket}/here`];
    expectSame(await shown(...elsewhere), before);

    const back = await command('move-files', folder, '--data', data, '--to', 'data');
    expect(back).toMatchObject({ code: 0, said: expect.stringContaining('remove the setting artifacts') });
    expectSame(await shown('--data', data), before);
  });

  it('with the files alone serves PostgreSQL as well, and refuses while a server runs, and a foreign bucket', async () => {
    const own = join(folder, 'own');
    url = await postgres?.address();
    await command('migrate-store', folder, '--data', data, '--to-data', own);
    const before = await shown('--data', own);
    const there = ['move-files', folder, '--data', own, '--to', `s3://${bucket}`];
    const running = await daemons.start('serve', folder, {
      flags: ['--data', own, ...FOR_EVER],
      environment: environment(),
    });
    expect(await command(...there)).toMatchObject({ code: 1, said: expect.stringContaining('is in use by') });
    running.signal('SIGTERM');
    await running.ended;
    expect(await command(...there)).toMatchObject({ code: 0 });
    expectSame(await shown('--data', own, '--artifacts', `s3://${bucket}`), before);
    const foreign = ['move-files', folder, '--data', data, '--to', `s3://${bucket}`];
    expect(await command(...foreign)).toMatchObject({
      code: 1,
      said: expect.stringContaining('has reports of its own'),
    });
    url = undefined;
    await shown('--data', data); // brings the database into its present form
    expect(await command(...foreign)).toMatchObject({
      code: 1,
      said: expect.stringContaining('belongs to another database'),
    });
  });
});
