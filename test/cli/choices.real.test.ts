import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { MAIN } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'choices-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rule = { csv: 'stores.csv', label: 'name', where: { region: 'region' } };
writeFileSync(join(folder, 'shop.py'), '# %% tags=["parameters"]\nregion = "north"\nstore = ""\n');
writeFileSync(join(folder, 'shop.params.json'), JSON.stringify({ store: { 'x-choices': rule } }));
writeFileSync(join(folder, 'stores.csv'), 'id,name,region\nS1,One,north\nS2,Two,south\nS3,Three,south\n');

const run = (...words: string[]) =>
  promisify(execFile)(process.execPath, [MAIN, 'choices', ...words], { cwd: folder }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );

test('lists the choices for the other values, and searches them', async () => {
  expect((await run('shop.py', '-p', 'region=south')).stdout).toBe('store: 2 choices\n  S2  Two\n  S3  Three\n');
  const { stdout } = await run('shop.py', '-p', 'region=south', '--field', 'store', '--search', 'thr', '--json');
  expect(JSON.parse(stdout)).toEqual({ store: { choices: [{ value: 'S3', label: 'Three' }], total: 1, chosen: [] } });
});

test('refuses what it cannot list', async () => {
  const wrong = await run('shop.py', '--field', 'region');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('no choices from elsewhere for “region”')]);
  rmSync(join(folder, 'stores.csv'));
  const missing = await run('shop.py');
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringContaining('store: The choices are in “stores.csv”'),
  ]);
});
