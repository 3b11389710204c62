/** Notebooks as the documentation of other tools writes them, run with values. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notebookText } from '../files/folder.ts';
import { scriptRunner } from './command.ts';

const program = (file: string) => readFileSync(join(import.meta.dirname, 'program', file), 'utf8');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'convention-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Output {
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
}

/** Runs the file with the values; all that it printed or showed as text, and what the run says of itself. */
async function runFile(file: string, text: string, values: Readonly<Record<string, string>>) {
  const [path, out] = [join(folder, file), join(folder, `${file}.out.ipynb`)];
  writeFileSync(path, text);
  const given = Object.entries(values).flatMap(([name, value]) => ['-p', `${name}=${value}`]);
  const { code, stdout, stderr } = await scriptRunner(['run', path, ...given, '--json', '--ipynb', out]);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  const { cells } = JSON.parse(readFileSync(out, 'utf8')) as { cells: { outputs?: readonly Output[] }[] };
  const shown = cells
    .flatMap(({ outputs = [] }) => outputs)
    .map(({ text: printed, data }) =>
      [printed ?? data?.['text/markdown'] ?? data?.['text/plain'] ?? ''].flat().join(''),
    );
  return { shown: shown.join(''), run: JSON.parse(stdout) as Record<string, unknown> };
}

it('Databricks: widgets give the values, exit is the result, what is missing is named', async () => {
  writeFileSync(join(folder, 'helper.py'), 'def twice(x): return 2 * x\n');
  const cells = program('databricks.txt').split('# ----\n');
  const values = { state: 'NY', 'my table': '"; import os; "' };
  const { shown, run } = await runFile('databricks.ipynb', notebookText(cells.map((code) => ({ code }))), values);
  expect(shown).toBe(
    'NY Mon,Fri "; import os; "\n# About *this*\nhello\n4\n' +
      'dbutils.fs.ls needs Databricks and is not available here. Read files beside the notebook with open() or pandas.\n',
  );
  expect(run).toMatchObject({ results: [{ name: 'exit', value: '{"n": 3}' }], cells: { total: 8, done: 7 } });
});
