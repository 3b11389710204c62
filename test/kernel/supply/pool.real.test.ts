import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { commandOf } from '../../../src/system/proc.ts';
import { createBench, say } from '../fixture.ts';
import { programsIn } from '../../program.ts';

const program = programsIn(join(import.meta.dirname, '..'));

const pythonList = (texts: readonly string[]) =>
  `[${texts.map((text) => (text.includes('"') ? `'${text.replaceAll('\n', '\\n')}'` : `'${text}'`)).join(', ')}]`;

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

  it('executes the first cells of its run that are plain, as requests for them would, and says which', async () => {
    const bench = await createBench({ poolSize: 1, fork: false });
    await vi.waitFor(() => expect(waiting(bench)).toBe('1'), { timeout: 30_000 });
    const sources = ['import os, json as j', '# values\na: int = 7\nb = [-1, {"c": None}]', 'print("later")', 'z = 1'];
    const firstCells = sources.map((source, place) => ({ index: place * 2, source }));
    const kernel = await bench.take({ firstCells });
    const executed = [...(kernel.executed ?? [])];
    expect(
      executed.map(([index, { executionCount, status, messages }]) => [index, executionCount, status, messages]),
    ).toEqual([
      [0, 1, 'ok', []],
      [2, 2, 'ok', []],
    ]);
    expect(executed.every(([, { ms }]) => Number.isInteger(ms) && ms >= 0)).toBe(true);
    const code =
      'print(a, b, j.dumps(1), os.getpid() > 0, "z" in globals(), In[1:3])\nprint(get_ipython().last_execution_result.info.raw_cell)';
    const { text, messages } = await say(kernel, `${code}\n1 / 0`);
    expect(text).toBe(`7 [-1, {'c': None}] 1 True False ${pythonList(sources.slice(0, 2))}\n${sources[1]}\n`);
    expect(JSON.stringify(messages.at(-1))).toContain('In[3]');
    const { text: plain } = await say(kernel, program('plain-cell'));
    expect(plain).toBe('none of them is taken for what it is not\n');
  });

  it.each([
    ['is executed behind them', 'b = 2', [{ status: 'ok', executionCount: 3 }, '1 2\n', 1]],
    [
      'is dropped where one of them was left, as if it had not been sent',
      'print("left"); b = 2',
      [{ status: 'aborted' }, '', 0],
    ],
  ])('is sent the cell behind the first ones once its run is stored, which %s', async (_, second, expected) => {
    const bench = await createBench({ poolSize: 1, fork: false });
    await vi.waitFor(() => expect(waiting(bench)).toBe('1'), { timeout: 30_000 });
    const source = 'print(a, b)';
    const firstCells = ['a = 1', second].map((each, index) => ({ index, source: each }));
    const kernel = await bench.take({
      firstCells,
      firstRequest: { cell: 2, source, mayBegin: Promise.resolve(true) },
    });
    expect(kernel.sentFirst?.cell).toBe(2);
    let [text, begun] = ['', 0];
    if (second !== 'b = 2') {
      const behind = kernel.executeAfter!(second, { onMessage: () => undefined });
      behind.open();
      expect((await behind.reply).status).toBe('ok');
    }
    const claimed = kernel.sentFirst!.claim({
      onMessage: (message) => void (text += message.type === 'stream' ? message.text : ''),
      onBegin: () => void (begun += 1),
    });
    claimed.open();
    expect([await claimed.reply, text, begun]).toEqual(expected);
    expect((await say(kernel, source)).text).toBe('1 2\n');
  });

  it('is sent nothing before its run is stored', async () => {
    const bench = await createBench({ poolSize: 1, fork: false });
    await vi.waitFor(() => expect(waiting(bench)).toBe('1'), { timeout: 30_000 });
    const kernel = await bench.take({
      firstCells: [{ index: 0, source: 'a = 1' }],
      firstRequest: { cell: 1, source: 'a = 2', mayBegin: Promise.resolve(false) },
    });
    expect([kernel.sentFirst, (await say(kernel, 'print(a)')).text]).toEqual([undefined, '1\n']);
  });

  it('transforms each cell once, and always by the transformers of that moment', async () => {
    const bench = await createBench({ fork: false });
    const kernel = await bench.take();
    const shell = 'get_ipython().input_transformers_cleanup';
    await say(
      kernel,
      `seen = []\ndef look(lines):\n    seen.append(lines[0])\n    return lines\n${shell}.append(look)`,
    );
    await say(kernel, 'one = 1');
    await say(kernel, 'import asyncio\nawait asyncio.sleep(0)');
    const { text } = await say(kernel, 'print(len(seen), get_ipython().transform_cell("two = 2"), len(seen))');
    expect(text).toBe('3 two = 2\n 4\n');
    await say(kernel, `${shell}.append(lambda lines: [line.replace("OLD", "new") for line in lines])`);
    expect((await say(kernel, 'print("OLD")')).text).toBe('new\n');
    expect((await say(kernel, 'async def late():\n    return 7\nprint(await late())')).text).toBe('7\n');
  });

  it('makes of each cell what IPython makes of it', async () => {
    const bench = await createBench({ fork: false });
    const { text } = await say(await bench.take(), program('same-transform'));
    expect(text).toBe('all cells are as IPython makes them\n');
  });

  it('keeps the place of what a thread of the first cell prints later', async () => {
    const bench = await createBench({ poolSize: 1, fork: false });
    await vi.waitFor(() => expect(waiting(bench)).toBe('1'), { timeout: 30_000 });
    const source =
      'import threading\ndone = threading.Event()\nthreading.Timer(0.2, lambda: print("late") or done.set()).start()';
    const kernel = await bench.take({
      firstCells: [],
      firstRequest: { cell: 0, source, mayBegin: Promise.resolve(true) },
    });
    let text = '';
    const first = kernel.sentFirst!.claim({
      onMessage: (message) => void (text += message.type === 'stream' ? message.text : ''),
    });
    first.open();
    expect((await first.reply).status).toBe('ok');
    await vi.waitFor(() => expect(text).toBe('late\n'), { timeout: 10_000 });
    expect((await say(kernel, 'done.wait()\nprint("on")')).text).toBe('on\n');
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
