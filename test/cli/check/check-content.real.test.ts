/** `script-runner check` on imports, connections and saved outputs, with a real Python. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notebookText } from '../../files/folder.ts';
import { scriptRunner } from '../command.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-reference-'));
  await mkdir(join(folder, 'scripts/helpers'), { recursive: true });
  await mkdir(join(folder, '.link'));
  const file = (name: string, text: string) => writeFile(join(folder, name), text);
  await file('.link/link.config', '{"dbs": {"shop": {"wrapper": "SqliteDB", "path": "/tmp/shop.sqlite"}}}');
  await file('scripts/beside.py', '# %%\nraise SystemExit("imported")\n');
  await file(
    'scripts/imports.py',
    '# %%\nimport json, beside, helpers.dates\nfrom script_runner import connection\n# %%\nimport no_such_module.part\n' +
      'import sklearn_none  # script-runner: ignore missing-import\n',
  );
  await file(
    'scripts/names.py',
    '# %%\nfrom link import lnk\nlnk.dbs.shop.select("x")\nlnk.dbs.sho.select("x")\nimport os\n' +
      'import script_runner\nscript_runner.connection("shop")\nscript_runner.connection("crm")\n',
  );
  const data = { 'text/plain': '[2000000 rows x 3 columns]' };
  const { cells, ...rest } = JSON.parse(notebookText([{ code: 'print(1)' }])) as { cells: object[] };
  const shown = cells.map((cell) => ({ ...cell, outputs: [{ output_type: 'execute_result', metadata: {}, data }] }));
  await file('scripts/shown.ipynb', JSON.stringify({ ...rest, cells: shown }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('names modules that the Python of runs does not have, and saved outputs that a run cannot have', async () => {
  const { stdout } = await scriptRunner(['check', folder, '--json']);
  const found = JSON.parse(stdout) as { name: string; findings: { code: string; where: string; remedy: string }[] }[];
  const findings = found.find(({ name }) => name === 'imports')?.findings ?? [];
  expect(findings).toMatchObject([{ code: 'missing-import', where: 'step 2, line 1' }]);
  expect(findings[0]?.remedy).toMatch(/^Install it with: \/.* -m pip install no_such_module$/);
  expect(found.find(({ name }) => name === 'shown')?.findings).toMatchObject([
    { code: 'large-outputs', severity: 'warning', step: 1 },
  ]);
});

it('names connections that the project does not have, or does not allow', async () => {
  const names = async (...args: string[]) => {
    const { stdout } = await scriptRunner(['check', join(folder, 'scripts/names.py'), ...args]);
    return stdout.match(/“\w.*?”/g);
  };
  expect(await names()).toEqual(['“dbs.sho”', '“crm”']);
  await writeFile(join(folder, 'script-runner.toml'), 'connections = ["others/*: dbs.shop"]\n');
  expect(await names()).toEqual(['“dbs.shop”', '“dbs.sho”', '“shop”', '“crm”']);
});

it('says once that imports are not checked where there is no Python', async () => {
  await writeFile(join(folder, 'scripts/second.py'), '# %%\nimport no_such_module\n');
  const { stdout, stderr } = await scriptRunner(['check', folder], undefined, {
    SCRIPT_RUNNER_PYTHON: '/no/such/python',
  });
  expect(stdout).not.toContain('missing-import');
  expect(stderr.match(/Imports are not checked\. The setting python names \/no\/such\/python/g)).toHaveLength(1);
});
