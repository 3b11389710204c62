import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openProjectSecrets } from '../../src/connection/secret-store.ts';
import { isPassword } from '../../src/http/access/password.ts';

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
