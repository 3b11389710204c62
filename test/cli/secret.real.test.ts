import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openProjectSecrets } from '../../src/connection/secret-store.ts';
import { isPassword } from '../../src/http/access/password.ts';
import { openStore } from '../../src/store/open.ts';
import { session } from '../store/contract-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'secret-'));
afterAll(() => rmSync(folder, { recursive: true }));
const key = { SCRIPT_RUNNER_SECRET_KEY: 'a key' };

function cli(args: readonly string[], input: string, variables: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('src/cli/main.ts'), ...args], {
    input,
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...variables },
  });
  return { status, stdout, stderr };
}

it('stores secrets that are given on standard input', () => {
  expect(cli(['secret', 'set', 'db'], 'S3cret-w0rd\n', key)).toMatchObject({ status: 0, stdout: '' });
  expect(cli(['secret', 'list'], '')).toMatchObject({ status: 0, stdout: 'db\n' });
  expect(openProjectSecrets(join(folder, '.link'), key).get('db')).toBe('S3cret-w0rd');
  expect(cli(['secret', 'set', 'pin'], '1234', key)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('cannot be hidden in reports'),
  });
  expect(cli(['secret', 'set', 'db2'], 'S3cret-w0rd')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('is locked'),
  });
  expect(cli(['secret', 'remove', 'db'], '').status).toBe(0);
  expect(cli(['secret', 'remove', 'db'], '').status).not.toBe(0);
}, 60_000);

it('makes the line for a shared password', async () => {
  const { stdout } = cli(['password'], 'a long shared one\n');
  expect(await isPassword('a long shared one', stdout.trim())).toBe(true);
  expect(cli(['password'], 'password2026')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('easy to guess'),
  });
  expect(cli(['password'], 'short')).toMatchObject({ status: 2, stdout: '' });
}, 60_000);

it('drops the second factor of an account, and signs the person out', async () => {
  const open = () => openStore(join(folder, 'data'), { retainMs: 1000 });
  writeFileSync(join(folder, 'script-runner.toml'), '[[sign_in]]\nname = "local"\ntype = "accounts"\n');
  const before = await open();
  await before.accounts.add({ name: 'ana', groups: ['staff'], createdAtMs: 1 }, { hash: 'a', untilMs: 10 });
  await before.accounts.accept('a', { passwordHash: 'hash', nowMs: 1 });
  await before.accounts.addSecondFactor('ana', { sealed: 'sealed', recovery: [], step: 1 });
  await before.sessions.add('hash', session('s', 'ana', { provider: 'local', subject: 'ana' }));
  await before.close();
  expect(cli(['accounts', 'drop-second-factor', 'ana', '--data', join(folder, 'data')], '')).toMatchObject({
    status: 0,
    stdout: 'ana needs no second factor now and is signed out.\n',
  });
  const after = await open();
  expect(await after.accounts.find('ana')).toMatchObject({ passwordHash: 'hash', groups: ['staff'] });
  expect((await after.accounts.find('ana'))?.secondFactor).toBeUndefined();
  expect(await after.sessions.list('ana')).toEqual([]);
  await after.close();
}, 60_000);
