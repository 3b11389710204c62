/** Which fork servers are made, with a small program in place of Python that reports what it is asked to load. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { NO_LIMITS } from '../../../src/domain/kernel/kernel-limit.ts';
import { createRuntimeDirectory } from '../../../src/kernel/sandbox/runtime-directory.ts';
import { createForkServerPool } from '../../../src/kernel/supply/fork-server-pool.ts';
import { createMemoryBudget } from '../../../src/kernel/supply/memory-budget.ts';

afterEach(() => void vi.useRealTimers());

/** Modules named `gone…` cannot be loaded. */
const program = (log: string) => `#!${process.execPath}
const { imports } = JSON.parse(process.argv[3]);
require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify(imports.join(' ')) + '\\n');
const loaded = { type: 'loaded', had: ['os'], imports: imports.filter((name) => !name.startsWith('gone')), refused: {}, folder: '/' };
console.log(JSON.stringify(loaded));
process.stdin.resume();
`;

async function poolOf(limitBytes: number) {
  const root = await mkdtemp(join(tmpdir(), 'fork-pool-'));
  const [python, log] = [join(root, 'python'), join(root, 'log')];
  await writeFile(python, program(log));
  await chmod(python, 0o755);
  const runtime = await createRuntimeDirectory();
  const pool = createForkServerPool({
    context: {
      supervisorPython: python,
      runtime,
      environment: { server: process.env, pass: [], pythonPath: '', timezone: undefined },
      sandbox: { isolate: [], limits: NO_LIMITS, groups: [], hide: [], show: [], writable: [], view: false },
      transport: 'ipc',
      overlayRoot: undefined,
      startTimeoutMs: 60_000,
      messageBytes: 1,
    },
    python,
    maxWaiting: 0,
    budget: createMemoryBudget(limitBytes),
    onReady: () => undefined,
  });
  onTestFinished(async () => {
    await pool.close();
    await runtime.close();
    await rm(root, { recursive: true });
  });
  const made = async () =>
    (await readFile(log, 'utf8').catch(() => ''))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as string);
  pool.ensure([]);
  return {
    pool,
    made,
    /** Settles when the set was loaded as the last one. */
    last: (set: string) => expect.poll(async () => (await made()).at(-1), { timeout: 30_000 }).toBe(set),
    living: () => [...pool.servers()].map(({ wanted }) => wanted.join(' ')).sort(),
  };
}

it('makes one fork server for sets that differ only in what cannot be loaded', async () => {
  const { pool, made, last, living } = await poolOf(Infinity);
  for (const imports of [['a', 'gone-1'], ['a', 'gone-2'], ['os', 'a'], ['gone-3'], ['b', 'gone-1']])
    pool.ensure(imports);
  await last('b');
  await expect.poll(living, { timeout: 30_000 }).toEqual(['', 'a', 'b']);
  pool.ensure(['a', 'gone-2']);
  pool.ensure(['c']);
  await last('c');
  expect(await made()).toEqual(['', 'a gone-1', 'a gone-2', 'gone-3', 'b', 'c']);
  const server = pool.best(['gone-2', 'a']);
  expect(server?.wanted).toEqual(['a']);
  expect(pool.hasAll(server!, ['a', 'gone-1'])).toBe(true);
  // packages may have been installed
  pool.replace(server!);
  await last('a');
  pool.ensure(['a', 'gone-1']);
  await last('a gone-1');
});

it('makes one that made way for others again for a run, but not at once because a run is expected', async () => {
  const { pool, made, last, living } = await poolOf(0);
  await last('');
  pool.expect([{ imports: ['a'], kernels: 1 }]);
  await last('a');
  await expect.poll(living, { timeout: 30_000 }).toEqual(['']);
  pool.expect([]);
  pool.expect([{ imports: ['a'], kernels: 1 }]);
  pool.ensure(['b']);
  await last('b');
  expect(await made()).toEqual(['', 'a', 'b']);
  pool.ensure(['a']);
  await last('a');
});

it('makes what is expected again by itself, some time after it made way for others', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'performance'] });
  const { pool, made, last, living } = await poolOf(0);
  await last('');
  pool.expect([{ imports: ['a'], kernels: 1 }]);
  await last('a');
  await expect.poll(living, { timeout: 30_000 }).toEqual(['']);
  vi.advanceTimersByTime(30_000);
  pool.ensure(['b']);
  await last('b');
  expect(await made()).toEqual(['', 'a', 'b']);
  vi.advanceTimersByTime(60_000);
  await last('a');
});

it('lets a kernel wait in a fork server that turns out to be the expected one', async () => {
  const { pool, last, living } = await poolOf(Infinity);
  pool.ensure(['a']);
  await last('a');
  await expect.poll(living, { timeout: 30_000 }).toEqual(['', 'a']);
  const server = pool.best(['a']);
  pool.expect([{ imports: ['a', 'gone-1'], kernels: 1 }]);
  expect(server?.isExpected()).toBe(false);
  await expect.poll(() => server?.isExpected(), { timeout: 30_000 }).toBe(true);
});

it('makes what was evicted before anybody expected it as soon as somebody does', async () => {
  const { pool, made, last, living } = await poolOf(0);
  await last('');
  pool.ensure(['a']);
  pool.ensure(['b']);
  await last('b'); // so the first one is complete
  await expect.poll(living, { timeout: 30_000 }).not.toContain('a');
  pool.expect([{ imports: ['a'], kernels: 1 }]);
  await last('a');
  expect(await made()).toEqual(['', 'a', 'b', 'a']);
});
