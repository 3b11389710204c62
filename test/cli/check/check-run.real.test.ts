/** `script-runner check --run`: cases in real kernels, compared with what was kept. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scriptRunner } from '../command.ts';

let folder: string;
const file = (name: string) => join(folder, 'scripts', name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-run-'));
  await mkdir(join(folder, 'scripts'));
  const code = [
    '# %% tags=["parameters"]',
    'rows: int = 3',
    '# %%',
    'import pandas as pd, script_runner',
    'frame = pd.DataFrame({"n": range(rows)})',
    'script_runner.result("total", int(frame.n.sum()))',
    'frame',
  ];
  await writeFile(file('sum.py'), `${code.join('\n')}\n`);
  await writeFile(file('sum.cases.yaml'), 'small: {parameters: {rows: 2}}\n');
  await writeFile(join(folder, 'script-runner.toml'), 'output_limit = "1MB"\n');
  await writeFile(file('loud.py'), '# %%\nprint("x" * 1_300_000)\n');
  await writeFile(file('open.py'), '# %% tags=["parameters"]\nday: str\n# %%\nprint(day)\n');
  await writeFile(file('login.py'), '# %% tags=["parameters"]\ntoken: SecretStr = ""\n# %%\nprint(token)\n');
  await writeFile(file('login.cases.yaml'), 'open: {parameters: {token: hunter2hunter}}\n');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('keeps what a case shows, finds no difference, and names each that there is', { timeout: 180_000 }, async () => {
  const kept = await scriptRunner(['check', folder, '--update']);
  expect(kept.stdout).toMatch(/kept +case small/);
  expect(kept.stdout).toMatch(/\d+ cases: .*\d kept, /);
  expect(kept.stdout).toMatch(/loud\.py.*\n +kept +.*\n +.*1 MB of output \(setting output_limit\)/);
  expect(kept.stdout).toContain('No value for: day. Name one in a case of open.cases.yaml.');
  expect(kept.stdout).toContain('The password “token” must not be in the file');
  expect(kept.stdout).not.toContain('hunter2');
  expect(kept.code).toBe(1);
  expect((await readdir(file('sum.cases/small'))).sort()).toEqual(['frame.csv', 'results.json']);
  expect(await readFile(file('sum.cases/small/results.json'), 'utf8')).toBe('{\n  "total": 1\n}\n');
  expect(await readFile(file('sum.cases/small/frame.csv'), 'utf8')).toBe('n\n0\n1\n');

  const same = await scriptRunner(['check', file('sum.py'), '--run']);
  expect([same.code, same.stdout]).toEqual([0, expect.stringMatching(/ok +case small/)]);

  await writeFile(file('sum.cases/small/frame.csv'), 'n\n0\n5\n');
  const junit = join(folder, 'run.xml');
  const other = await scriptRunner(['check', file('sum.py'), '--run', '--json', '--junit', junit]);
  expect(other.code).toBe(1);
  expect(JSON.parse(other.stdout)).toMatchObject([
    {
      name: 'sum',
      cases: [{ name: 'small', state: 'different', lines: ['table frame, row 2, column n: “5” was kept, now “1”'] }],
    },
  ]);
  expect(await readFile(junit, 'utf8')).toContain('<failure message="table frame, row 2, column n: “5” was kept');
});
