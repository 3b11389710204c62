/** `script-runner check` on a project, as authors and continuous integration start it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scriptRunner } from '../command.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
  await mkdir(join(folder, 'scripts/sales'), { recursive: true });
  await mkdir(join(folder, 'clean'));
  await writeFile(join(folder, 'scripts/sales/weekly.py'), '# %% tags=["parameters"]\nrows = 3\n# %%\nprint(rows)\n');
  await writeFile(
    join(folder, 'scripts/asks.py'),
    '# %%\nimport os\nopen("/home/ana/<a>.csv")\n# %%\nname = input("?")\n',
  );
  await writeFile(join(folder, 'scripts/path.py'), '# %%\nopen("/home/ana/b.csv")\n');
  await writeFile(
    join(folder, 'scripts/quiet.py'),
    '# %%\nopen("/home/ana/b.csv")  # script-runner: ignore absolute-path\n',
  );
  await writeFile(join(folder, 'scripts/broken.ipynb'), '{"cells": [');
  await writeFile(join(folder, 'scripts/quiet.params.json'), '{"x-script-runner": {"access": "runner ana"}}');
  await writeFile(
    join(folder, 'script-runner.toml'),
    'access = ["sales/*: runner @sales"]\nquotas = ["*: 9 a day", "sales/*: 2 at once together for @sales"]\n',
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('names each place with its kind, the worst first, and fails', async () => {
  const { code, stdout } = await scriptRunner(['check', folder]);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /error {5}asks\.py \(0 parameters\)\n {10}error {3}step 2, line 1: input\(\) .*\[asks-for-input\]\n {10}warning step 1, line 2: \/home\/ana\/<a>\.csv .*\[absolute-path\]\n/,
  );
  const indent = ' '.repeat(10);
  expect(stdout).toContain(
    [
      'ok        sales/weekly.py (1 parameter)',
      'access: "sales/*: runner @sales"',
      'quota: "*: 9 a day"',
      'quota: "sales/*: 2 at once together for @sales"\n',
    ].join(`\n${indent}`),
  );
  expect(stdout).toContain(
    `ok        quiet.py (0 parameters)\n${indent}access: "quiet: runner ana" in quiet.params.json\n`,
  );
  expect(stdout).toContain('broken    broken.ipynb');
  expect(stdout).toContain('1 error, 2 warnings in 5 scripts');
  expect(stdout).not.toContain('\u001b');
});

it('takes one script by its path, and warnings as errors when told to', async () => {
  const path = join(folder, 'scripts/path.py');
  const usual = await scriptRunner(['check', path]);
  expect([usual.code, usual.stdout.split('\n')[0]]).toEqual([0, 'warning   path.py (0 parameters)']);
  expect((await scriptRunner(['check', path, '--strict'])).code).toBe(1);
  const { code, stderr } = await scriptRunner(['check', 'no/such']);
  expect([code, stderr.trim()]).toEqual([
    2,
    'no/such is no folder, no notebook, and no script of the project in the current folder.',
  ]);
});

it('writes JSON and JUnit for other programs', async () => {
  const junit = join(folder, 'check.xml');
  await writeFile(join(folder, 'script-runner.toml'), 'access_in_scripts = false\n');
  const { stdout } = await scriptRunner(['check', folder, '--json', '--junit', junit]);
  const found = JSON.parse(stdout) as { name: string; findings: object[] }[];
  expect(found.find(({ name }) => name === 'asks')?.findings).toMatchObject([
    { code: 'asks-for-input', severity: 'error', step: 2, line: 1, where: 'step 2, line 1' },
    { code: 'absolute-path', severity: 'warning', step: 1, line: 2 },
  ]);
  expect(found.find(({ name }) => name === 'quiet')).toMatchObject({
    access: [],
    ignoredAccess: '"runner ana" in quiet.params.json',
    quotas: [],
  });
  const xml = await readFile(junit, 'utf8');
  expect(xml).toContain('<testsuite name="check" tests="5" failures="2" errors="0" time="0.000">');
  expect(xml).toContain('<testcase name="sales/weekly.py" classname="sales/weekly" file="sales/weekly.py"/>');
  expect(xml).toContain('/home/ana/&lt;a&gt;.csv');
});
