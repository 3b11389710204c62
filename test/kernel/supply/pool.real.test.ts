import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { commandOf } from '../../../src/system/proc.ts';
import { createBench, say } from '../fixture.ts';

const waiting = (bench: Awaited<ReturnType<typeof createBench>>) =>
  bench.supplier.describe().find(({ label }) => label === 'Kernels waiting')?.value;

describe('the warm pool', () => {
  it('hands a waiting kernel to a run, with its folder, variables and values', async () => {
    const bench = await createBench({ poolSize: 1, fork: false });
    await vi.waitFor(() => expect(waiting(bench)).toBe('1'), { timeout: 30_000 });
    expect(bench.supplier.ready()).toBe(true);
    await writeFile(join(bench.scripts, 'neighbour.py'), 'ANSWER = 42');
    const kernel = await bench.take({ params: { a: 1 }, environment: { TZ: 'Asia/Kathmandu', MINE: 'x' } });
    expect(kernel.supply).toBe('pool');
    const { text } = await say(
      kernel,
      'import os, time, json, neighbour\nprint(neighbour.ANSWER, os.getcwd(), os.environ["MINE"], time.strftime("%z"), json.load(open(os.environ["SCRIPT_RUNNER_PARAMS_FILE"])))',
    );
    expect(text).toBe(`42 ${bench.scripts} x +0545 {'a': 1}\n`);
    const { messages } = await say(
      kernel,
      'open("new.txt", "w").close(); " ".join(name for name in dir() if not name.startswith("_"))',
    );
    expect(messages).toMatchObject([
      { executionCount: 2, data: { 'text/plain': "'In Out exit get_ipython json neighbour open os quit time'" } },
    ]);
    await kernel.kill();
    expect((await kernel.died).discardedWrites).toEqual(['new.txt']);
    expect(await readdir(bench.scripts)).toEqual(['neighbour.py']);
  });

  it('starts a kernel where none waits', async () => {
    const bench = await createBench({ poolSize: 1, fork: false });
    const kernels = await Promise.all([bench.take(), bench.take(), bench.take()]);
    const pids = await Promise.all(
      kernels.map(async (kernel) => (await say(kernel, 'import os; print(os.environ["SCRIPT_RUNNER_RUN_ID"])')).text),
    );
    expect(pids).toEqual(['run-1\n', 'run-2\n', 'run-3\n']);
    expect(new Set(bench.supplier.pids?.()).size).toBe(3);
  });

  it('passes over kernels that have fallen silent while they waited', async () => {
    const bench = await createBench({ poolSize: 2, fork: false });
    await vi.waitFor(() => expect(waiting(bench)).toBe('2'), { timeout: 30_000 });
    let stopped = 0;
    for (const pid of await bench.processes()) {
      if (!(await commandOf(pid)).some((part) => part.endsWith('/kernel.py'))) continue;
      process.kill(pid, 'SIGSTOP');
      stopped += 1;
    }
    expect(stopped).toBe(2);
    const kernel = await bench.take();
    expect((await say(kernel, 'print("heard")')).text).toBe('heard\n');
  });

  it('says which folder it could not enter', async () => {
    const bench = await createBench({ poolSize: 1, fork: false });
    await vi.waitFor(() => expect(waiting(bench)).toBe('1'), { timeout: 30_000 });
    await expect(bench.take({ directory: join(bench.scripts, 'gone') })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('gone'),
    });
  });
});
