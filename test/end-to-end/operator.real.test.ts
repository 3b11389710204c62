import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { scriptRunner } from '../cli/command.ts';
import { testPython } from '../python.ts';
import { startProduct } from './product.ts';
import { makeProject, notebook } from './project.ts';

const julia = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'julia-9.9', display_name: 'Julia', language: 'julia' } },
  cells: [{ cell_type: 'code', id: 'a', metadata: {}, source: '1 + 1', outputs: [], execution_count: null }],
});

function project() {
  const made = makeProject({
    'scripts/good.ipynb': notebook('print("good")'),
    'scripts/bad.ipynb': notebook('1/0'),
    'scripts/julia.ipynb': julia,
    '.link/link.config': '{"dbs": {"lost": {"wrapper": "NoSuchDB", "password": "S3cret-one"}}}',
  });
  onTestFinished(made.remove);
  return made.folder;
}

const SCHEMATHESIS = process.env['SCRIPT_RUNNER_SCHEMATHESIS'] ?? '';

it.runIf(existsSync(SCHEMATHESIS))('answers as its description says (needs schemathesis)', async () => {
  const product = await startProduct(project());
  onTestFinished(product.close);
  const token = readFileSync(join(product.data, 'operator-token'), 'utf8').trim();
  const headers = { 'content-type': 'application/json', prefer: 'wait=60' };
  await fetch(`${product.url}/api/v1/runs`, { method: 'POST', headers, body: '{"script": "good"}' });
  const description = await fetch(`${product.url}/api/v1/openapi.json`);
  const { paths } = (await description.json()) as { paths: object };
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { stdout } = await promisify(execFile)(
    testPython(),
    [
      ...['-m', 'schemathesis.cli', '--config-file', join(import.meta.dirname, 'schemathesis.toml'), '--no-color'],
      ...['run', `${product.url}/api/v1/openapi.json`, '--header', `Authorization: Bearer ${token}`],
      ...['--phases', 'coverage', '--generation-deterministic'],
    ],
    // it keeps what it has found in the working folder
    { cwd: folder, env: { ...process.env, PYTHONPATH: SCHEMATHESIS, PYTHONDONTWRITEBYTECODE: '1' } },
  ).catch((error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }));
  expect(stdout, stdout).not.toMatch(/FAILURES|ERRORS|unresolvable reference/);
  expect(stdout).toContain(`Tested: ${Object.values(paths).flatMap(Object.keys).length}`);
});

it('an operator sees kernels, parents and failures, and metrics count them', async () => {
  const product = await startProduct(project());
  onTestFinished(product.close);
  const authorization = `Bearer ${readFileSync(join(product.data, 'operator-token'), 'utf8').trim()}`;
  const get = async (path: string) =>
    (await fetch(product.url + path, { headers: { authorization, accept: 'text/html' } })).text();
  for (const script of ['good', 'bad']) {
    await fetch(`${product.url}/api/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=60' },
      body: JSON.stringify({ script }),
    });
  }
  const metrics = await get('/metrics');
  expect(metrics).toContain('script_runner_runs_finished_total{outcome="succeeded"} 1');
  expect(metrics).toContain('script_runner_runs_finished_total{outcome="failed"} 1');
  expect(metrics).toContain('script_runner_run_wait_seconds_count 2');
  const supplied = [...metrics.matchAll(/script_runner_kernels_supplied_total\{supply="\w+"\} (\d+)/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
  expect(supplied).toBe(2);
  expect(metrics).toMatch(/script_runner_kernel_start_seconds_count\{supply="\w+"\} [12]/);
  await expect.poll(() => get('/metrics')).toMatch(/script_runner_kernel_parents_memory_bytes [1-9]/);
  const documented = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
  const names = new Set([...metrics.matchAll(/^# TYPE (script_runner_\w+)/gm)].map(([, name]) => name!));
  expect([...names].filter((name) => !documented.includes(name))).toEqual([]);
  const admin = await get('/admin');
  expect(admin).toMatch(/in use, \w+ waiting\./);
  expect(admin).toContain('nothing but Python');
  expect(admin).toContain('a number was divided by zero.');
});

it('an operator sees the memory of each run, and which kernels wait after the first cells of a script', async () => {
  const { folder, remove } = makeProject({
    'scripts/large.ipynb': notebook(
      'kept = bytearray(b"x" * 90_000_000)\nopen("../large.began", "w").close()',
      'import os, time\nwhile not os.path.exists("../large.end"): time.sleep(0.02)',
    ),
    'scripts/quick.ipynb': notebook('table = [1]', '# parameters\nrow: int = 0').replace(
      '"metadata":{"kernelspec"',
      '"metadata":{"script_runner":{"snapshot":{"ttl":"1h"}},"kernelspec"',
    ),
  });
  onTestFinished(remove);
  const product = await startProduct(folder, { flags: { writable_folders: folder } });
  onTestFinished(product.close);
  const authorization = `Bearer ${readFileSync(join(product.data, 'operator-token'), 'utf8').trim()}`;
  const admin = async () =>
    (await fetch(`${product.url}/admin`, { headers: { authorization, accept: 'text/html' } })).text();
  await expect.poll(admin, { timeout: 40_000 }).toContain('the first cells of quick');
  await fetch(`${product.url}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ script: 'large' }),
  });
  await expect.poll(() => existsSync(join(folder, 'large.began')), { timeout: 40_000 }).toBe(true);
  expect(await admin()).toMatch(/1 in use \(1?\d\d(\.\d)?.MB\), \w+ waiting\.[^]*/);
  expect(await admin()).toMatch(/<td class="wide nowrap">1?\d\d(\.\d)?.MB<\/td>/);
  writeFileSync(join(folder, 'large.end'), '');
  await expect.poll(admin, { timeout: 20_000 }).toContain('None in use,');
});

it('a notebook whose kernel is missing says so on its page, in check and in doctor, with the line that installs it', async () => {
  const folder = project();
  const product = await startProduct(folder);
  onTestFinished(product.close);
  const page = async () => (await fetch(`${product.url}/s/julia`, { headers: { accept: 'text/html' } })).text();
  await expect.poll(page).toMatch(/julia-9\.9[^]*IJulia/);
  const checked = await scriptRunner(['check', folder]);
  expect(checked.stdout).toMatch(/no kernel julia\.ipynb\n.*IJulia/);
  const examined = await scriptRunner(['doctor', folder]);
  expect(examined.stdout).toMatch(/warning Kernelspecs: [^]*julia: The notebook asks for the kernel "julia-9\.9"/);
  expect(examined.stdout).toMatch(/warning Connections: [^]*dbs\.lost: There is no wrapper/);
  expect(examined.stdout).not.toContain('S3cret');
});
