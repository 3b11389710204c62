import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testChromium } from '../../chromium.ts';
import { scriptRunner } from '../command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function notebook(...cells: readonly (string | readonly [string, string])[]): string {
  const path = join(folder, 'report.ipynb');
  writeFileSync(
    path,
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 4,
      metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
      cells: cells.map((cell) => ({
        cell_type: 'code',
        execution_count: null,
        outputs: [],
        metadata: typeof cell === 'string' ? {} : { tags: [cell[1]] },
        source: typeof cell === 'string' ? cell : cell[0],
      })),
    }),
  );
  return path;
}

const chromium = testChromium();

it('gives the notebook the files whose paths are the values', async () => {
  const script = notebook(
    ['from script_runner import UploadFile\ndata: UploadFile\nmore: list[UploadFile] = []', 'parameters'],
    'print(data.name, data.read_text(), [path.name for path in more])',
  );
  const [file, other] = [join(folder, 'orders.csv'), join(folder, 'more.csv')];
  writeFileSync(file, 'a,b');
  writeFileSync(other, 'c');
  const html = join(folder, 'report.html');
  const values = ['-p', `data=${file}`, '-p', `more=${other}`, '-p', `more=${file}`];
  const { code, stderr } = await scriptRunner(['run', script, ...values, '--html', html]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(readFileSync(html, 'utf8')).toMatch(/orders\.csv a,b \[(&#39;|')more\.csv\1, \1orders\.csv/);
  expect(await scriptRunner(['run', script, '-p', `data=${folder}/none`])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('none: there is no such file'),
  });
});

describe('script-runner export', () => {
  it.skipIf(chromium === undefined)('writes a stored report in another format (needs chromium)', async () => {
    const path = notebook('print(1)');
    const data = join(folder, 'data');
    const pdf = join(folder, 'first.pdf');
    const ran = await scriptRunner(['run', path, '--data', data, '--pdf', pdf, '--json']);
    expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
    const { id } = JSON.parse(ran.stdout) as { id: string };
    const again = join(folder, 'new/again.pdf');
    const exported = (args: readonly string[]) => scriptRunner(['export', ...args, '--folder', folder, '--data', data]);
    expect(await exported([`http://127.0.0.1:16024/runs/${id}`, '-o', again])).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(again).equals(readFileSync(pdf))).toBe(true);
    expect((await exported([id, '--to', 'zip', '-o', '-'])).stdout).toContain('report.ipynb');
    expect(await exported([id, '--to', 'exe'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no format “exe”. The formats are html, ipynb, slides, zip, pdf'),
    });
    expect(await exported(['nothing', '--to', 'html'])).toMatchObject({
      code: 2,
      stderr: 'There is no such report.\n',
    });
  });
});

describe('script-runner run', () => {
  it('runs a notebook anywhere with values, and leaves report, notebook and downloads', async () => {
    writeFileSync(join(folder, 'helper.py'), 'def double(x): return 2 * x\n');
    const path = notebook(
      ['n: int = 1\nday: str = ""', 'parameters'],
      'import helper, script_runner\nscript_runner.result("double", helper.double(n))',
      'open(__import__("os").environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/a.txt", "w").write(day)',
    );
    const { code, stdout, stderr } = await scriptRunner([
      'run',
      path,
      '-p',
      'n=21',
      '-p',
      'day=x=y',
      '--ipynb',
      join(folder, 'done/report.ipynb'),
      '--out',
      join(folder, 'files'),
      '--json',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Step 2 of') });
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'succeeded',
      parameters: { n: 21, day: 'x=y' },
      results: [{ name: 'double', value: 42 }],
      artifacts: [{ name: 'a.txt' }],
    });
    expect(readFileSync(join(folder, 'files/a.txt'), 'utf8')).toBe('x=y');
    expect(readFileSync(join(folder, 'done/report.ipynb'), 'utf8')).toContain('injected-parameters');
    expect(readdirSync(folder)).not.toContain('.script-runner');
  });

  it('ends with 1 for a failure, whose package it names with the command that installs it', async () => {
    const { code, stdout, stderr } = await scriptRunner(['run', notebook('import sklearn_of_tomorrow')]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/-m pip install sklearn-of-tomorrow/);
  });

  it('ends with 2 for wrong values, naming each', async () => {
    const { code, stderr } = await scriptRunner([
      'run',
      notebook(['n: int = 1', 'parameters']),
      '-p',
      'n=many',
      '-p',
      'm=1',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/n: /);
    expect(stderr).toMatch(/m: There is no parameter/);
  });

  it('ends with 3 for a time-out and with 4 for a dead kernel', async () => {
    const slow = await scriptRunner(['run', notebook('import time; time.sleep(600)'), '--cell-limit', '1s']);
    expect(slow.code).toBe(3);
    const dead = await scriptRunner(['run', notebook('import os; os._exit(7)')]);
    expect(dead.code).toBe(4);
    expect(dead.stderr).toContain('exit code 7');
  });

  it('ends with 5 when it is interrupted', async () => {
    const { code } = await scriptRunner(['run', notebook('print(1)', 'import time; time.sleep(600)')], (text, kill) => {
      if (text.includes('Step 1 of 2: ok')) kill('SIGINT');
    });
    expect(code).toBe(5);
  });
});
