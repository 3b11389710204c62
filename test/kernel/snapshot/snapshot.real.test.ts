import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { KernelRequest } from '../../../src/domain/kernel/kernel.ts';
import { say } from '../fixture.ts';
import { created, planned, settled, take, taken } from '../snapshot-fixture.ts';

describe('a snapshot', () => {
  it('has run the cells, with what they said, and goes on as a full run would', async () => {
    const bench = await created();
    await writeFile(join(bench.scripts, 'neighbour.py'), 'ANSWER = 42');
    const prefix = await taken(bench, [
      'import logging, os, sys, neighbour\nlogging.basicConfig(level="INFO", format="%(message)s", stream=sys.stdout)\nos.environ["OWN"] = "set"; print("one"); 6 * neighbour.ANSWER',
      'import subprocess; _ = subprocess.run("echo loud", shell=True)\nfrom IPython.display import display, update_display\nhandle = display("first", display_id="x"); update_display("second", display_id="x")',
    ]);
    const kernels = await Promise.all([take(bench, prefix), take(bench, prefix)]);
    expect(kernels.map(({ supply }) => supply)).toEqual(['snapshot', 'snapshot']);
    const cells = kernels[0].snapshot?.cells;
    expect(cells?.get(0)).toMatchObject({
      status: 'ok',
      executionCount: 1,
      messages: [
        { type: 'stream', name: 'stdout', text: 'one\n' },
        { type: 'display', executionCount: 1, data: { 'text/plain': '252' } },
      ],
    });
    expect(cells?.get(1)?.messages).toMatchObject([
      { type: 'display', displayId: 'x' },
      { type: 'update-display', displayId: 'x', data: { 'text/plain': "'second'" } },
      { type: 'stream', text: 'loud\n' },
    ]);
    const [first, second] = await Promise.all(
      kernels.map((kernel) =>
        say(
          kernel,
          [
            'logging.info("still heard"); print(neighbour.ANSWER, os.environ["OWN"], os.environ["PAGER"], os.getcwd(), len(In))',
            'import threading, asyncio; await asyncio.sleep(0); print(os.path.exists("own.txt")); open("own.txt", "w").close(); handle.update("third")',
          ].join('\n'),
        ),
      ),
    );
    for (const said of [first, second]) {
      expect(said?.text).toBe(`still heard\n42 set cat ${bench.scripts} 4\nFalse\n`);
      expect(said?.messages.at(-1)).toMatchObject({ type: 'update-display', displayId: 'x' });
    }
    await kernels[0].kill();
    expect((await kernels[0].died).discardedWrites).toEqual(['own.txt']);
    expect((await say(kernels[1], 'print(neighbour.__name__)')).text).toBe('neighbour\n');
  });

  it('executes what is first behind the cells while it takes its run', async () => {
    const bench = await created();
    const source = 'class Told:\n    def __del__(self): print("gone")\nbase, held = 1, Told()';
    const plan = await taken(bench, [source]);
    const first = (index: number, code: string, behind: string): Partial<KernelRequest> => ({
      firstCells: [{ index: 0, source }],
      prefix: {
        plan,
        fingerprint: '',
        firstCells: [{ index, source: code }],
        firstRequest: { cell: 2, source: behind, mayBegin: Promise.resolve(true) },
      },
    });
    const taking = async (code: string) => {
      const kernel = await bench.take(first(1, code, 'print(base, rows)'));
      let text = '';
      const claimed = kernel.sentFirst?.claim({
        onMessage: (message) => void (text += message.type === 'stream' ? message.text : ''),
      });
      claimed?.open();
      return [kernel.supply, [...(kernel.executed?.keys() ?? [])], await claimed?.reply, () => text] as const;
    };
    const [supply, executed, reply, text] = await taking('rows = 7');
    expect([supply, executed, reply, text()]).toEqual(['snapshot', [1], { status: 'ok', executionCount: 3 }, '1 7\n']);
    // what its end would show is not shown before the run is stored
    const [, none, dropped, nothing] = await taking('held = rows = 7');
    expect([none, dropped, nothing()]).toEqual([[], { status: 'aborted' }, '']);
  });

  it('lets the program of a run end, with files and exit handlers of all its cells', async () => {
    const bench = await created();
    const prefix = await taken(bench, ['import atexit\n_ = atexit.register(print, "from the snapshot")']);
    const kernel = await take(bench, prefix);
    await say(
      kernel,
      'import os\nrows = open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/rows.csv", "w")\nrows.write("a")\n_ = atexit.register(print, "from the run")',
    );
    let text = '';
    const reply = await kernel.endProgram?.({
      limitMs: 10_000,
      onMessage: (message) => void (text += message.type === 'stream' ? message.text : ''),
    });
    expect([reply?.status, text]).toEqual(['ok', 'from the run\nfrom the snapshot\n']);
    await kernel.kill();
    expect(await readFile(join(bench.scripts, '..', 'run-1', 'rows.csv'), 'utf8')).toBe('a');
  });

  it('shows plots, in the cells before and after', async () => {
    const bench = await created();
    const prefix = await taken(bench, [
      'import matplotlib.pyplot as plt; plt.rcParams["figure.figsize"] = (3, 2); _ = plt.plot([1, 2])',
    ]);
    const kernel = await take(bench, prefix);
    expect(kernel.snapshot?.cells.get(0)?.messages).toMatchObject([
      { type: 'display', data: { 'image/png': expect.any(String) } },
    ]);
    const { messages, text } = await say(kernel, '_ = plt.plot([1, 2]); print(plt.rcParams["figure.figsize"])');
    expect(messages.find((message) => message.type === 'display')?.data).toHaveProperty('image/png');
    expect(text).toBe('[3.0, 2.0]\n');
  });

  it.each([
    ['seeded', 'random.seed(7); numpy.random.seed(7)', 1],
    ['not seeded', 'random.random(); numpy.random.rand()', 2],
    ['seeded and set free again', 'random.seed(7); random.seed(); numpy.random.seed(7); numpy.random.seed()', 2],
    [
      'given a state',
      'random.setstate(random.Random(7).getstate()); numpy.random.set_state(numpy.random.RandomState(7).get_state())',
      1,
    ],
  ])('has random numbers as in a full run: %s', async (_what, source, different) => {
    const bench = await created();
    const prefix = await taken(bench, ['import random, numpy', source]);
    const kernels = await Promise.all([take(bench, prefix), take(bench, prefix)]);
    const said = await Promise.all(
      kernels.map(async (kernel) =>
        (await say(kernel, 'print(random.random(), numpy.random.rand())')).text.trim().split(' '),
      ),
    );
    for (const column of [0, 1]) expect(new Set(said.map((row) => row[column])).size).toBe(different);
    if (different === 1) {
      const whole = await bench.take();
      expect(
        (await say(whole, `import random, numpy\n${source}\nprint(random.random(), numpy.random.rand())`)).text
          .trim()
          .split(' '),
      ).toEqual(said[0]);
    }
  });

  it.each([
    [
      'a thread',
      'import threading; threading.Thread(target=threading.Event().wait, daemon=True, name="ticker").start()',
      'It leaves a thread running (ticker).',
    ],
    [
      'a thread pool',
      'from concurrent.futures import ThreadPoolExecutor; pool = ThreadPoolExecutor(); _ = list(pool.map(abs, [1]))',
      'It leaves a thread running (ThreadPoolExecutor-0_0).',
    ],
    ['an open file', 'kept = open("data.csv")', 'It leaves open data.csv.'],
    ['a socket', 'import socket; kept = socket.socket()', 'It leaves a network connection open.'],
    [
      'an event loop',
      'import asyncio; await asyncio.sleep(0)',
      'It leaves an event loop running, or awaits something.',
    ],
    [
      'a program',
      'import subprocess; kept = subprocess.Popen(["sleep", "1000"])',
      'It leaves a program running (sleep).',
    ],
    [
      'a program that ran away',
      'import os, subprocess; subprocess.run("setsid sleep 1000 >/dev/null 2>&1 &", shell=True)',
      expect.stringMatching(/^It leaves a program running \((setsid|sh|sleep)\)\.$/) as string,
    ],
    [
      'the graphics processor',
      'import mmap; file = open("libcuda.so.1", "rb"); kept = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ); file.close()',
      'It uses the graphics processor.',
    ],
    ['memory shared', 'import mmap; kept = mmap.mmap(-1, 4096)', 'It shares memory with other programs.'],
    ['an exit', 'import os; os._exit(3)', 'It ends the program (exit code 3).'],
    ['a crash', 'import ctypes; ctypes.string_at(0)', 'It ends the program (SIGSEGV).'],
    ['an error', '1 / 0', 'It fails: ZeroDivisionError: division by zero'],
    ['too much output', 'while True: print("x" * 10_000)', 'It prints or shows too much to be kept.'],
    [
      'too much output of a program',
      'import subprocess; _ = subprocess.run("head -c 3000000 /dev/zero", shell=True)',
      'It prints or shows too much to be kept.',
    ],
    [
      'many values',
      'get_ipython().display_pub.publish({"application/json": {f"k{at}": 1 for at in range(60_000)}})',
      'It shows more values than a snapshot can keep.',
    ],
    [
      'the inputs',
      'import script_runner; script_runner.params.get("a")',
      'It reads the inputs (script_runner.params).',
    ],
    [
      'who runs it',
      'import script_runner; owner = script_runner.user.name',
      'It asks for whom it runs (script_runner.user).',
    ],
    [
      'the groups of who runs it',
      'import os; groups = os.getenv("SCRIPT_RUNNER_USER_GROUPS", "[]")',
      'It asks for whom it runs (script_runner.user).',
    ],
    [
      'a download',
      'import script_runner; script_runner.download({"a": 1}, "a.json")',
      'It makes a download (the folder SCRIPT_RUNNER_OUTPUT_DIR).',
    ],
    [
      'the output folder',
      'import os; folder = os.environ.get("SCRIPT_RUNNER_OUTPUT_DIR")',
      'It makes a download (the folder SCRIPT_RUNNER_OUTPUT_DIR).',
    ],
    ['a widget', 'import ipywidgets; ipywidgets.IntSlider()', 'It makes live controls (widgets).'],
    [
      'a file left behind',
      'import tempfile; open(tempfile.gettempdir() + "/left.txt", "w").close()',
      'It leaves a file in a private folder of the run (left.txt).',
    ],
    ['an alarm', 'import signal; signal.alarm(1000)', 'It leaves an alarm clock set.'],
  ])('is not taken where a cell leaves or needs %s: the run is an ordinary one', async (_what, source, reason) => {
    const bench = await created();
    await writeFile(join(bench.scripts, 'data.csv'), 'a\n1\n');
    await writeFile(join(bench.scripts, 'libcuda.so.1'), 'driver');
    const prefix = planned(bench, ['fine = 1', source]);
    bench.supplier.prepareSnapshot?.(prefix);
    expect(await settled(bench)).toMatchObject({ type: 'refused', problem: { cell: 1, reason } });
    const kernel = await take(bench, prefix);
    expect([kernel.snapshot, kernel.withoutSnapshot]).toEqual([undefined, { cell: 1, reason }]);
    expect((await say(kernel, 'print("fine" in globals())')).text).toBe('False\n');
  });

  it('is not taken where a cell does not end, or writes beside the script', async () => {
    const bench = await created();
    const endless = planned(bench, ['while True: pass'], { cellMs: 300 });
    bench.supplier.prepareSnapshot?.(endless);
    expect(await settled(bench)).toMatchObject({ type: 'refused', problem: { cell: 0, reason: 'It takes too long.' } });
    bench.supplier.prepareSnapshot?.(planned(bench, ['open("beside.txt", "w").close()'], { script: 'other' }));
    await vi.waitFor(
      () =>
        expect(bench.supplier.snapshot?.('other')).toMatchObject({
          type: 'refused',
          problem: { reason: expect.stringContaining('beside.txt') },
        }),
      { timeout: 60_000 },
    );
    await expect(readFile(join(bench.scripts, 'beside.txt'))).rejects.toThrow();
  });

  it('is not served when a module of the project has changed, and is taken again', async () => {
    const bench = await created();
    const file = join(bench.scripts, 'neighbour.py');
    await writeFile(file, 'ANSWER = 1');
    const prefix = await taken(bench, ['import neighbour']);
    await writeFile(file, 'ANSWER = 1234');
    expect((await take(bench, prefix)).supply).not.toBe('snapshot');
    await vi.waitFor(() => expect(bench.supplier.snapshot?.('sales')).toMatchObject({ type: 'ready' }), {
      timeout: 60_000,
      interval: 20,
    });
    expect((await say(await take(bench, prefix), 'print(neighbour.ANSWER)')).text).toBe('1234\n');
  });

  it('is not served to other connections, to other cells, or when it is too old', async () => {
    const bench = await created();
    const prefix = await taken(bench, ['a = 1']);
    expect((await take(bench, prefix, {}, 'other')).supply).not.toBe('snapshot');
    await taken(bench, ['a = 1']);
    expect((await take(bench, planned(bench, ['a = 2']))).supply).not.toBe('snapshot');
    await vi.waitFor(() => expect(bench.supplier.snapshot?.('sales')).toMatchObject({ type: 'ready' }), {
      timeout: 60_000,
      interval: 20,
    });
    const old = planned(bench, ['a = 2'], { ttlMs: 1 });
    bench.supplier.prepareSnapshot?.(old);
    await settled(bench);
    expect((await take(bench, old)).supply).not.toBe('snapshot');
  });

  it('is replaced while runs of the old one go on', async () => {
    const bench = await created();
    const first = await take(bench, await taken(bench, ['a = 1']));
    const prefix = await taken(bench, ['a = 2']);
    expect((await say(await take(bench, prefix), 'print(a)')).text).toBe('2\n');
    expect((await say(first, 'print(a)')).text).toBe('1\n');
  });

  it('makes way where memory is short', async () => {
    const bench = await created({ forkServerBytes: 1 });
    bench.supplier.prepareSnapshot?.(planned(bench, ['a = 1']));
    await vi.waitFor(() => expect(bench.supplier.snapshot?.('sales')?.type).toBe('making'));
    await vi.waitFor(() => expect(bench.supplier.snapshot?.('sales')).toBeUndefined(), {
      timeout: 60_000,
      interval: 20,
    });
  });
});
