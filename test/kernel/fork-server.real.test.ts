import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { commandOf, parentOf } from '../../src/system/proc.ts';
import { testPython } from '../python.ts';
import { PYTHON_DIRECTORY } from '../../src/kernel/sandbox/supervisor.ts';
import { createBench, say, type Bench } from './fixture.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

const described = (bench: Bench, label: string) => bench.supplier.describe().find((row) => row.label === label)?.value;

/** Waits until the fork server with these imports has a kernel ready. */
async function warm(bench: Bench, imports: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const { parents = [] } = (await bench.supplier.status?.()) ?? {};
      expect(parents.find((parent) => parent.imports.join(' ') === imports.join(' '))).toMatchObject({
        waiting: expect.toSatisfy((count: number) => count > 0),
        memoryBytes: expect.toSatisfy((bytes: number) => bytes > 1e6),
      });
    },
    { timeout: 40_000, interval: 20 },
  );
}

const EXT4 = 0xef53;

it('spreads the folders of kernels over the disk where its file system lets itself be told', async () => {
  const code = program('spread-folders', { folder: PYTHON_DIRECTORY });
  const { stdout } = await promisify(execFile)(testPython(), ['-I', '-c', code]);
  const [before, after] = stdout.trim().split(' ').map(Number);
  const isAble = (await statfs(tmpdir())).type === EXT4;
  expect(after).toBe(isAble ? before! | 0x20000 : before);
});

describe('the fork server', () => {
  it('supplies a kernel that has its imports loaded, and behaves like any other', async () => {
    const bench = await createBench({ poolSize: 2 });
    await warm(bench, []);
    const first = await bench.take({ imports: ['pandas', 'wave'] });
    expect(first.supply).toBe('prefork');
    await first.kill();
    await warm(bench, ['pandas', 'wave']);
    await writeFile(join(bench.scripts, 'neighbour.py'), 'ANSWER = 42');
    const kernel = await bench.take({
      imports: ['wave', 'pandas'],
      params: { a: 1 },
      environment: { TZ: 'Asia/Kathmandu' },
    });
    expect(kernel.supply).toBe('prefork');
    const { text } = await say(kernel, program('any-kernel'));
    expect(text).toBe(`True\n42 ${bench.scripts} +0545 {'a': 1}\nchild\n[1, 2]\nawaited\n3\n`);
    const { messages } = await say(kernel, 'import matplotlib.pyplot as plt; _ = plt.plot([1, 2])');
    expect(messages.find((message) => message.type === 'display')?.data).toHaveProperty('image/png');
    expect((await say(kernel, 'input("?")')).status).toBe('error');
  });

  it('lets a kernel wait for what is expected, counts whether one did, and keeps it no longer than that', async () => {
    const bench = await createBench({ poolSize: 1 });
    await warm(bench, []);
    const expected = async () => (await bench.supplier.status?.())?.expected;
    bench.supplier.expect?.([{ imports: ['wave'], kernels: 1 }]);
    await warm(bench, ['wave']);
    expect(await expected()).toEqual({ waiting: 1, hits: 0, misses: 0 });
    const kernel = await bench.take({ imports: ['wave'] });
    expect(kernel.supply).toBe('prefork');
    expect((await say(kernel, 'import sys; print("wave" in sys.modules)')).text).toBe('True\n');
    // none has been made in its place yet
    await bench.take({ imports: ['wave'] });
    expect(await expected()).toMatchObject({ hits: 1, misses: 1 });
    bench.supplier.expect?.([]);
    await bench.take({ imports: ['wave'] });
    expect(await expected()).toEqual({ waiting: 0, hits: 1, misses: 1 });
  });

  it('lets as many kernels wait as runs are expected, does not replace those that are taken, and ends the others', async () => {
    const bench = await createBench({ poolSize: 1 });
    const waiting = async () => (await bench.supplier.status?.())?.expected?.waiting;
    // nobody was expected then
    await bench.take({ imports: ['wave'] });
    bench.supplier.expect?.([
      { imports: ['wave'], kernels: 2 },
      { imports: ['wave', 'os'], kernels: 1 },
    ]);
    await expect.poll(waiting, { timeout: 30_000 }).toBe(3);
    const kernels = await Promise.all([bench.take({ imports: ['wave'] }), bench.take({ imports: ['wave'] })]);
    expect(kernels.map(({ supply }) => supply)).toEqual(['prefork', 'prefork']);
    // one may wait in any case, and one does already
    expect(await waiting()).toBe(1);
    bench.supplier.expect?.([{ imports: ['wave'], kernels: 5 }]);
    await expect.poll(waiting, { timeout: 30_000 }).toBe(3);
    bench.supplier.expect?.([]);
    await expect.poll(async () => (await bench.supplier.status?.())?.waiting, { timeout: 30_000 }).toBe(2);
  });

  it('shows plots although their library was loaded before the kernel was', async () => {
    const bench = await createBench({ poolSize: 1 });
    const imports = ['matplotlib', 'matplotlib.pyplot', 'pandas'];
    await bench.take({ imports });
    await warm(bench, imports);
    const kernel = await bench.take({ imports });
    expect(kernel.supply).toBe('prefork');
    // what the first plot imports is there, and has changed nothing that the author could see
    const { text } = await say(
      kernel,
      'import sys, matplotlib.units, pandas\nprint("pandas.plotting._matplotlib" in sys.modules, "PIL.PngImagePlugin" in sys.modules, pandas.Timestamp in matplotlib.units.registry)',
    );
    expect(text).toBe('True True False\n');
    const { messages } = await say(
      kernel,
      'import sys; assert "matplotlib.pyplot" in sys.modules\nimport matplotlib.pyplot as plt; _ = plt.plot([1, 2])',
    );
    expect(messages.find((message) => message.type === 'display')?.data).toHaveProperty('image/png');
  });

  it('gives each kernel folders and variables of its own, nothing of the process it is forked from', async () => {
    const bench = await createBench({ poolSize: 1 });
    await warm(bench, []);
    const kernel = await bench.take({ imports: [] });
    expect(kernel.supply).toBe('prefork');
    const { text } = await say(
      kernel,
      [
        'import os, sys, tempfile, IPython; shell = get_ipython()',
        'print(tempfile.gettempdir() == os.environ["TMPDIR"], os.path.isdir(tempfile.gettempdir()), shell.home_dir == os.environ["HOME"], shell.starting_dir.startswith(os.path.dirname(os.environ["HOME"])))',
        'print(shell.profile_dir.location.startswith(os.environ["HOME"]), shell.ipython_dir == os.environ["IPYTHONDIR"], os.environ["PAGER"], shell.kernel is IPython.get_ipython().parent)',
        'print(len(In), sys.modules["__main__"] is shell.user_module, __name__, [name for name in shell.user_ns if name not in shell.user_ns_hidden])',
      ].join('\n'),
    );
    expect(text).toBe(
      "True True True True\nTrue True cat True\n2 True __main__ ['os', 'sys', 'tempfile', 'IPython', 'shell']\n",
    );
  });

  it('makes a kernel for its run where none waits, with everything that a waiting one would get', async () => {
    const bench = await createBench({ poolSize: 1 });
    await warm(bench, []);
    await writeFile(join(bench.scripts, 'neighbour.py'), 'ANSWER = 42');
    // what a kernel loads while it starts is not looked for beside the script
    for (const name of ['faulthandler', 'psutil', 'zmq']) await writeFile(join(bench.scripts, `${name}.py`), '1 / 0');
    const request = { params: { a: 1 }, environment: { TZ: 'Asia/Kathmandu', MINE: 'x' } };
    const kernels = await Promise.all([1, 2, 3].map(() => bench.take(request)));
    expect(kernels.map(({ supply }) => supply).sort()).toEqual(['fork', 'fork', 'prefork']);
    for (const kernel of kernels) {
      const { messages } = await say(
        kernel,
        'import os, time, json, neighbour\nopen("new.txt", "w").close()\n(neighbour.ANSWER, os.getcwd(), os.environ["MINE"], time.strftime("%z"), json.load(open(os.environ["SCRIPT_RUNNER_PARAMS_FILE"])), oct(os.stat(os.environ["SCRIPT_RUNNER_PARAMS_FILE"]).st_mode)[-3:])',
      );
      const said = `(42, '${bench.scripts}', 'x', '+0545', {'a': 1}, '600')`;
      expect(messages).toMatchObject([{ executionCount: 1, data: { 'text/plain': said } }]);
      await kernel.kill();
      expect((await kernel.died).discardedWrites).toEqual(['new.txt']);
    }
    expect(existsSync(join(bench.scripts, 'new.txt'))).toBe(false);
  });

  it('says which folder a kernel could not enter, whether one waits or not, and goes on', async () => {
    const bench = await createBench({ poolSize: 1 });
    await warm(bench, []);
    const tries = await Promise.allSettled([1, 2].map(() => bench.take({ directory: join(bench.scripts, 'gone') })));
    for (const { reason } of tries as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: 'unavailable', message: expect.stringContaining('gone') });
    const kernel = await bench.take();
    expect(kernel.supply).toMatch('fork');
    expect((await say(kernel, 'print(1)')).text).toBe('1\n');
  });

  it('gives each kernel its own random numbers, and all processors', async () => {
    const bench = await createBench({ poolSize: 2 });
    bench.supplier.prepare?.([['numpy']]);
    await warm(bench, ['numpy']);
    const kernels = await Promise.all([1, 2, 3].map(() => bench.take({ imports: ['numpy'] })));
    const code =
      'import numpy, random, uuid, os; print(numpy.random.rand(), random.random(), uuid.uuid4(), os.environ.get("OPENBLAS_NUM_THREADS"))';
    const said = await Promise.all(kernels.map(async (kernel) => (await say(kernel, code)).text.trim().split(' ')));
    for (const column of [0, 1, 2]) expect(new Set(said.map((row) => row[column])).size).toBe(3);
    expect(said.map((row) => row[3])).toEqual(['None', 'None', 'None']);
  });

  it('is gone before anybody has noticed, and destroyed all the same', async () => {
    const bench = await createBench({ poolSize: 1 });
    await warm(bench, []);
    const kernel = await bench.take();
    const [supervisor = 0] = bench.supplier.pids?.() ?? [];
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    process.kill(supervisor, 'SIGSTOP');
    const killed = kernel.kill();
    process.kill(supervisor, 'SIGKILL');
    while (existsSync(`/proc/${supervisor}`)); // without a turn of the event loop, as on a busy server
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    await killed;
    expect((await kernel.died).exitCode).toBeUndefined();
    expect((await say(await bench.take(), 'print(1)')).text).toBe('1\n');
  });

  it('is interrupted, dies and is killed like any other', async () => {
    const bench = await createBench({ poolSize: 1 });
    await warm(bench, []);
    const kernel = await bench.take();
    const names: string[] = [];
    const reply = await kernel.execute('print("go")\nwhile True: pass', {
      onMessage: async (message) => {
        if (message.type === 'stream') await kernel.interrupt();
        if (message.type === 'error') names.push(message.name);
      },
    });
    expect([reply.status, names]).toEqual(['error', ['KeyboardInterrupt']]);
    await expect(say(kernel, 'import ctypes; ctypes.string_at(0)')).rejects.toMatchObject({
      death: { signal: 'SIGSEGV', tail: expect.stringContaining('Segmentation fault') },
    });
    const other = await bench.take();
    await say(other, 'import subprocess; subprocess.Popen(["setsid", "sleep", "1000"]); open("x.txt", "w").close()');
    await other.kill();
    expect((await other.died).discardedWrites).toEqual(['x.txt']);
    const last = await bench.take();
    await expect(say(last, 'import os; os._exit(7)')).rejects.toMatchObject({ death: { exitCode: 7 } });
  });

  it('loads no module of the project', async () => {
    const packages = join((await createBench()).scripts, 'packages');
    await mkdir(packages);
    await writeFile(join(packages, 'own_module.py'), 'open("/dev/null")');
    const bench = await createBench({
      poolSize: 1,
      passEnvironment: ['KERNEL_TEST', 'PYTHONPATH'],
      environment: { ...process.env, PYTHONPATH: packages },
    });
    await warm(bench, []);
    const imports = ['wave', 'own_module'];
    await bench.take({ imports });
    await warm(bench, ['wave']);
    const kernel = await bench.take({ imports });
    expect(
      (await say(kernel, 'import sys; print("own_module" in sys.modules); import own_module; print("imported")')).text,
    ).toBe('False\nimported\n');
  });

  it.each([
    [
      'starts a thread',
      'import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()',
      'thread',
    ],
    ['opens a socket', 'import socket\nkept = socket.socket()', 'socket'],
  ])('leaves out an installed package that %s, and says so', async (_what, source, reason) => {
    const base = await mkdtemp(join(tmpdir(), 'kernel-base-'));
    onTestFinished(() => rm(base, { recursive: true }));
    const environment = { ...process.env, PYTHONUSERBASE: base };
    const folder = (
      await promisify(execFile)(testPython(), ['-c', 'import site; print(site.getusersitepackages())'], {
        env: environment,
      })
    ).stdout.trim();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'unsafe_package.py'), source);
    const bench = await createBench({ poolSize: 1, environment: { ...environment, PYTHONPATH: folder } });
    bench.supplier.prepare?.([['wave', 'unsafe_package']]);
    await warm(bench, ['wave']);
    expect(described(bench, 'Not loaded beforehand: unsafe_package')).toContain(reason);
    const kernel = await bench.take({ imports: ['wave', 'unsafe_package'] });
    expect(kernel.supply).toBe('prefork');
    expect((await say(kernel, 'import unsafe_package; print("imported")')).text).toBe('imported\n');
  });

  it('is replaced when it dies', async () => {
    const bench = await createBench({ poolSize: 1 });
    await warm(bench, []);
    const kernel = await bench.take();
    for (const pid of await bench.processes()) {
      const isForkServer = (await commandOf(pid)).some((part) => part.endsWith('fork_server.py'));
      // The processes that it forks have its name, too.
      if (isForkServer && (await parentOf(pid)) === process.pid) process.kill(pid, 'SIGKILL');
    }
    expect((await say(kernel, 'print("lives on")')).text).toBe('lives on\n');
    const next = await Promise.all([bench.take(), bench.take()]);
    for (const each of next) expect((await say(each, 'print(1)')).text).toBe('1\n');
  });
});

it.runIf(process.platform === 'linux')(
  'a forked kernel goes on only in its control groups, and with its folders',
  async () => {
    const code = program('group-entry', { folder: PYTHON_DIRECTORY });
    const { stdout } = await promisify(execFile)(testPython(), ['-I', '-c', code]);
    expect(stdout).toBe('taken, goes on, mounted, has its folders\n');
  },
);
