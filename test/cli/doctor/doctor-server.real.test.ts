import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkServer } from '../../../src/cli/doctor/doctor-server.ts';
import { hashPassword } from '../../../src/http/access/password.ts';
import { lockFolder } from '../../../src/store/lock.ts';
import { makeProject, notebook } from '../../end-to-end/project.ts';
import { scriptRunner } from '../command.ts';
import { startDaemon } from '../daemon.ts';

const NONE = { name: 'Server', state: 'ok', text: 'No server runs on this data folder.' };

function project() {
  const { folder, remove } = makeProject({
    'scripts/bad.ipynb': notebook('raise ValueError("\\x1b[31mred")'),
    'scripts/slow.ipynb': notebook('import time\nwhile True: time.sleep(0.1)'),
  });
  onTestFinished(remove);
  return { folder, data: join(folder, '.script-runner') };
}

it('asks the server behind a password, a base path and a free port, until it is killed', async () => {
  const { folder, data } = project();
  expect(await checkServer({ data })).toEqual(NONE);
  const password = await hashPassword('pässword', { N: 1024, r: 8, p: 1 });
  const daemon = await startDaemon(folder, [
    '--host',
    '0.0.0.0',
    '--base-path',
    '/reports',
    '--password-hash',
    password,
    '--concurrency',
    '1',
  ]);
  onTestFinished(async () => {
    daemon.signal('SIGKILL');
    await daemon.ended;
  });
  const authorization = `Bearer ${readFileSync(join(data, 'operator-token'), 'utf8').trim()}`;
  const submit = (script: string, wait: string) =>
    fetch(`${daemon.url}/api/v1/runs`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', prefer: wait },
      body: JSON.stringify({ script }),
    });
  expect((await submit('bad', 'wait=60')).status).toBe(200);
  for (let runs = 0; runs < 2; runs += 1) expect((await submit('slow', '')).status).toBe(202);
  await expect
    .poll(async () => (await checkServer({ data })).text, { timeout: 40_000 })
    .toMatch(/^Kernels: 1 in use \([\d.]+ MB\), \d+ waiting\.$/m);
  const { stdout } = await scriptRunner(['doctor', folder]);
  const lines = stdout
    .slice(stdout.indexOf('Server: '))
    .split('\n')
    .map((line) => line.trim());
  expect(lines[0]).toMatch(/^Server: http:\/\/[^/]+:\d+\/reports\/ \(Script Runner /);
  expect(lines).toContainEqual(
    expect.stringMatching(/^Loaded in advance: nothing but Python \([\d.]+ MB\), \d+ waiting, for \d+ \w+\.$/),
  );
  expect(lines).toContain('Runs: 1 running, 1 waiting.');
  expect(lines).toContainEqual(expect.stringMatching(/^slow( \([\d.]+ MB\))?, for \d+ \w+\.$/));
  expect(lines.at(-3)).toBe('Last failures:');
  expect(lines.at(-2)).toMatch(/^bad, [^:]+: The report stopped in step 1: ValueError: .*red\.$/);
  expect(stdout).not.toContain('\x1b');
  expect(await checkServer({ data })).toMatchObject({
    state: 'ok',
    details: { ready: true, kernels: { running: 1 }, failures: [{ script: 'bad' }] },
  });
  chmodSync(join(data, 'server-address'), 0o666);
  expect(await checkServer({ data })).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('may have been written by others'),
  });
  daemon.signal('SIGKILL');
  await daemon.ended;
  expect(existsSync(join(data, 'server-address'))).toBe(true);
  expect(await checkServer({ data })).toEqual(NONE);
});

it('forgets where it listened when it stops', async () => {
  const { folder, data } = project();
  const daemon = await startDaemon(folder);
  expect(await checkServer({ data })).toMatchObject({ text: expect.stringContaining(daemon.url) });
  daemon.signal('SIGTERM');
  expect((await daemon.ended).code).toBe(0);
  expect(existsSync(join(data, 'server-address'))).toBe(false);
});

it('shows the token to nobody who has taken the place of a killed server', async () => {
  const { data } = project();
  const heard: unknown[] = [];
  const stranger = createServer(({ headers }, response) => {
    heard.push(headers.authorization);
    response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    stranger.close();
  });
  await expect.poll(() => stranger.listening).toBe(true);
  mkdirSync(data);
  lockFolder(data)();
  writeFileSync(join(data, 'operator-token'), `${'t'.repeat(43)}\n`);
  writeFileSync(join(data, 'server-address'), `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/\n`, {
    mode: 0o600,
  });
  expect(await checkServer({ data })).toEqual(NONE);
  expect(heard).toEqual([]);
  const unlock = lockFolder(data);
  onTestFinished(unlock);
  expect(await checkServer({ data })).toMatchObject({
    state: 'warning',
    text: expect.stringMatching(/answers 404; it may be another version/),
  });
});

it('says why a script has no snapshot, as check does', async () => {
  const { folder, remove } = makeProject({
    'scripts/leaky.py': '# %% tags=["snapshot"]\nkept = open("/etc/hostname")\n\n# %%\nprint("rest")\n',
  });
  onTestFinished(remove);
  const data = join(folder, '.script-runner');
  expect((await scriptRunner(['check', folder])).stdout).not.toContain('no snapshot');
  const daemon = await startDaemon(folder);
  onTestFinished(async () => {
    daemon.signal('SIGKILL');
    await daemon.ended;
  });
  const why = 'Cell 1: It leaves open hostname.';
  await expect
    .poll(async () => (await checkServer({ data })).text, { timeout: 50_000 })
    .toContain(`\nNo snapshot of leaky: ${why}\n`);
  expect((await scriptRunner(['check', folder])).stdout).toContain(`\n          no snapshot: ${why}\n`);
  expect(JSON.parse((await scriptRunner(['check', folder, '--json'])).stdout)).toMatchObject([
    { name: 'leaky', snapshotProblem: why },
  ]);
}, 120_000);
