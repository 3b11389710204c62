import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createBench, say, type Bench } from '../fixture.ts';
import { testPython } from '../../python.ts';

const run = promisify(execFile);
/** Settles when a kernel with these imports is waiting. */
const warm = (bench: Bench, imports: string) =>
  vi.waitFor(
    async () => {
      const { parents } = (await bench.supplier.status?.())!;
      expect(parents.find((parent) => parent.imports.join(' ') === imports)?.waiting).toBeGreaterThan(0);
    },
    { timeout: 50_000, interval: 20 },
  );

it('makes a parent anew after an installation into its environment', async () => {
  const root = await mkdtemp(join(tmpdir(), 'forkServers-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await run(testPython(), ['-m', 'venv', '--without-pip', '--system-site-packages', root]);
  const python = join(root, 'bin/python');
  const find = async (name: string, code: string) => (await run(name, ['-c', code])).stdout.trim();
  const folder = await find(python, 'import sysconfig; print(sysconfig.get_path("purelib"))');
  await writeFile(
    join(folder, 'base.pth'),
    await find(testPython(), 'import sysconfig; print(sysconfig.get_path("purelib"))'),
  );
  await mkdir(join(folder, 'fresh_package'));
  await writeFile(join(folder, 'fresh_package/__init__.py'), 'VERSION = 1');
  const bench = await createBench({ poolSize: 1, python });
  bench.supplier.prepare?.([['fresh_package']]);
  await warm(bench, 'fresh_package');
  const code = 'import sys; print("fresh_package" in sys.modules); import fresh_package; print(fresh_package.VERSION)';
  expect((await say(await bench.take({ imports: ['fresh_package'] }), code)).text).toBe('True\n1\n');
  await rm(join(folder, 'fresh_package'), { recursive: true });
  await mkdir(join(folder, 'fresh_package'));
  await writeFile(join(folder, 'fresh_package/__init__.py'), 'VERSION = "two"');
  expect(
    (await say(await bench.take({ imports: ['fresh_package'] }), 'import fresh_package; print(fresh_package.VERSION)'))
      .text,
  ).toBe('two\n');
  await warm(bench, 'fresh_package');
  expect((await say(await bench.take({ imports: ['fresh_package'] }), code)).text).toBe('True\ntwo\n');
});

it('makes no parent for what every kernel has', async () => {
  const bench = await createBench({ poolSize: 1 });
  bench.supplier.prepare?.([
    ['os', 'enum'],
    ['json', 'wave'],
  ]);
  await warm(bench, 'wave');
  bench.supplier.prepare?.([['enum', 'sys']]);
  const kernel = await bench.take({ imports: ['enum', 'os'] });
  expect(kernel.supply).toMatch(/fork/);
  expect((await say(kernel, 'import enum, os; print(enum.Enum, os.sep)')).text).toContain('Enum');
  expect((await bench.supplier.status?.())?.parents.map(({ imports }) => imports.join(' ')).sort()).toEqual([
    '',
    'wave',
  ]);
});
