import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KernelDiedError } from '../../src/domain/kernel/kernel.ts';
import { createBench, say } from './fixture.ts';

describe('a cold kernel', () => {
  it('runs in its script’s folder, imports from it, and reads its params', async () => {
    const bench = await createBench();
    await writeFile(join(bench.scripts, 'neighbour.py'), 'ANSWER = 42');
    await writeFile(join(bench.scripts, 'data.csv'), 'a,b');
    const kernel = await bench.take({ params: { secret: 'é' }, environment: { FOR_THIS_RUN: 'yes' } });
    expect(kernel.supply).toBe('cold');
    expect(kernel.environment).toMatch(/^Python 3\.\d+\.\d+, ipython \d+/);
    expect(bench.supplier.ready()).toBe(true);
    const { status, text } = await say(
      kernel,
      [
        'import json, os, neighbour',
        'print(neighbour.ANSWER, open("data.csv").read(), os.getcwd(), os.environ["FOR_THIS_RUN"])',
        'print(json.load(open(os.environ["SCRIPT_RUNNER_PARAMS_FILE"]))["secret"], oct(os.stat(os.environ["SCRIPT_RUNNER_PARAMS_FILE"]).st_mode)[-3:])',
      ].join('\n'),
    );
    expect(text).toBe(`42 a,b ${bench.scripts} yes\né 600\n`);
    expect(status).toBe('ok');
  });

  it('is given an allow-list of the server’s variables only', async () => {
    const bench = await createBench({
      environment: { PATH: process.env['PATH'], LANG: 'C.UTF-8', AWS_SECRET_ACCESS_KEY: 'x', HOME: '/root' },
    });
    const { text } = await say(
      await bench.take(),
      'import os; print("AWS_SECRET_ACCESS_KEY" in os.environ, os.environ["LANG"], os.environ["HOME"] != "/root")',
    );
    expect(text).toBe('False C.UTF-8 True\n');
  });

  it('executes what was sent ahead after a success only, and tells of it when it is opened', async () => {
    const kernel = await (await createBench()).take();
    const texts: string[] = [];
    const ahead = (code: string) =>
      kernel.executeAfter!(code, {
        onMessage: (message) => void (message.type === 'stream' && texts.push(message.text)),
      });
    const first = kernel.execute('import os', { onMessage: () => undefined });
    const [second, third, fourth] = [ahead('print("second")'), ahead('exit()'), ahead('print("never")')];
    expect((await first).status).toBe('ok');
    expect(texts).toEqual([]);
    second.open();
    expect((await second.reply).status).toBe('ok');
    expect(texts).toEqual(['second\n']);
    for (const { open } of [third, fourth]) open();
    expect((await third.reply).status).toBe('error');
    expect((await fourth.reply).status).toBe('aborted');
    const failing = kernel.execute('1 / 0', { onMessage: () => undefined });
    expect((await failing).status).toBe('error');
    const late = [ahead('print("never")'), ahead('print("never")')];
    for (const { open } of late) open();
    expect((await Promise.all(late.map(({ reply }) => reply))).map(({ status }) => status)).toEqual([
      'aborted',
      'aborted',
    ]);
    expect(texts).toEqual(['second\n']);
    expect((await say(kernel, 'print("goes on")')).text).toBe('goes on\n');
  });

  it('ends the program behind its last cell only where nobody could notice', async () => {
    const bench = await createBench();
    const [kernel, other] = await Promise.all([bench.take(), bench.take()]);
    const endBehind = async (code: string) => {
      const cell = kernel.execute(code, { onMessage: () => undefined });
      const end = kernel.endProgramAfter!({ onMessage: () => undefined });
      const { status } = await cell;
      end.open();
      return `${status}, ${(await end.reply).status}`;
    };
    expect(await endBehind('1 / 0')).toBe('error, aborted');
    for (const code of [
      'import subprocess; program = subprocess.Popen(["sleep", "1000"])',
      'program.kill(); program.wait(); import threading; event = threading.Event(); threading.Thread(target=event.wait).start()',
      'event.set(); import asyncio; task = asyncio.create_task(asyncio.sleep(1000))',
    ])
      expect([code, await endBehind(code)]).toEqual([code, 'ok, aborted']);
    expect(await endBehind('task.cancel()\nawait asyncio.wait([task])')).toBe('ok, ok');
    await say(other, 'import atexit; atexit.register(print, "bye")');
    const end = other.endProgramAfter!({ onMessage: () => undefined });
    end.open();
    expect((await end.reply).status).toBe('aborted');
  });

  it('says what it says, in order', async () => {
    const kernel = await (await createBench()).take();
    const { messages } = await say(
      kernel,
      [
        'import sys',
        'from IPython.display import display, clear_output',
        'print("one"); print("two", file=sys.stderr)',
        'handle = display("a", display_id="d"); handle.update("b")',
        'clear_output(wait=True)',
        '1 + 1',
      ].join('\n'),
    );
    expect(messages).toMatchObject([
      { type: 'stream', name: 'stdout', text: 'one\n' },
      { type: 'stream', name: 'stderr', text: 'two\n' },
      { type: 'display', displayId: 'd', data: { 'text/plain': "'a'" } },
      { type: 'update-display', displayId: 'd', data: { 'text/plain': "'b'" } },
      { type: 'clear-output', wait: true },
      { type: 'display', data: { 'text/plain': '2' }, executionCount: 1 },
    ]);
  });

  it('says the first line of a cell at once, and further ones soon', async () => {
    const kernel = await (await createBench()).take();
    for (const cell of [1, 2]) {
      // what arrives together is one message
      const code = `import time; time.sleep(0.05)\nprint("cell", ${cell}); time.sleep(0.05)\nfor line in range(3): print(line)`;
      const { messages, text } = await say(kernel, code);
      expect(messages[0]).toMatchObject({ name: 'stdout', text: `cell ${cell}\n` });
      expect(text).toBe(`cell ${cell}\n0\n1\n2\n`);
    }
  });

  it('says all before a cell’s end that programs and libraries write past Python', async () => {
    const kernel = await (await createBench()).take();
    const direct = 'import os\nos.write(1, b"out\\xc3")\nos.write(2, b"err")\nos.write(1, b"\\xa9 ")';
    for (let cell = 0; cell < 40; cell += 1) {
      const { messages } = await say(kernel, direct);
      const said = (name: string) =>
        messages
          .flatMap((message) => (message.type === 'stream' && message.name === name ? [message.text] : []))
          .join('');
      expect({ cell, out: said('stdout'), err: said('stderr') }).toEqual({ cell, out: 'outé ', err: 'err' });
    }
    const { text } = await say(kernel, 'import subprocess\nsubprocess.run(["echo", "program"])\nos.close(1)');
    expect(text).toContain('program');
    expect((await say(kernel, 'print("still")')).text).toContain('still');
  });

  it('goes on after an error, and refuses input with a reason', async () => {
    const kernel = await (await createBench()).take();
    const failed = await say(kernel, '1/0');
    expect(failed).toMatchObject({
      status: 'error',
      messages: [{ type: 'error', name: 'ZeroDivisionError', value: 'division by zero' }],
    });
    const asked = await say(kernel, 'input("name?")');
    expect(asked.status).toBe('error');
    expect(asked.messages).toMatchObject([
      { type: 'error', value: expect.stringContaining('Make the value a parameter') },
    ]);
    expect((await say(kernel, 'print("still here")')).text).toBe('still here\n');
  });

  it('is silent when asked to be', async () => {
    const kernel = await (await createBench()).take();
    const heard: unknown[] = [];
    const reply = await kernel.execute('print("x"); y = 1; y', {
      silent: true,
      onMessage: (message) => void heard.push(message),
    });
    expect([reply.status, heard]).toEqual(['ok', []]);
    expect((await say(kernel, 'y')).messages).toMatchObject([{ type: 'display', executionCount: 1 }]);
  });

  it('is interrupted, with what its shell commands run', async () => {
    const kernel = await (await createBench()).take();
    for (const code of [
      'import time\nprint("go", flush=True)\ntime.sleep(600)',
      'print("go", flush=True)\n!sleep 600\nraise KeyboardInterrupt',
    ]) {
      const names: string[] = [];
      const reply = await kernel.execute(code, {
        onMessage: async (message) => {
          if (message.type === 'stream') await kernel.interrupt();
          if (message.type === 'error') names.push(message.name);
        },
      });
      expect([reply.status, names]).toEqual(['error', ['KeyboardInterrupt']]);
    }
  });

  it.each([
    ['os._exit(3)', { exitCode: 3 }],
    ['import ctypes; ctypes.string_at(0)', { signal: 'SIGSEGV' }],
    ['os.kill(os.getpid(), 9)', { signal: 'SIGKILL' }],
    ['os.write(2, b"last words"); os._exit(1)', { exitCode: 1 }],
  ])('dies of %s, and says so', async (code, death) => {
    const bench = await createBench();
    const kernel = await bench.take();
    await expect(say(kernel, `import os; ${code}`)).rejects.toMatchObject({ death });
    await expect(kernel.died).resolves.toMatchObject(death);
    await expect(say(kernel, '1')).rejects.toThrow(KernelDiedError);
  });

  it('delivers what it printed before it died', async () => {
    const kernel = await (await createBench()).take();
    const heard: string[] = [];
    const code = 'import os, sys; print("before"); sys.stdout.flush(); import time; time.sleep(0.3); os._exit(0)';
    await expect(
      kernel.execute(code, { onMessage: (message) => void heard.push(message.type === 'stream' ? message.text : '') }),
    ).rejects.toThrow(KernelDiedError);
    expect(heard).toEqual(['before\n']);
  });

  it('keeps its writes to itself, and names them', async () => {
    const bench = await createBench();
    await writeFile(join(bench.scripts, 'data.csv'), 'old');
    const kernel = await bench.take();
    const { text } = await say(
      kernel,
      'open("data.csv", "w").write("new"); open("more.txt", "w").close(); print(open("data.csv").read())',
    );
    expect(text).toBe('new\n');
    await say(kernel, 'import os; open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/kept.txt", "w").close()');
    await kernel.kill();
    expect([...((await kernel.died).discardedWrites ?? [])].sort()).toEqual(['data.csv', 'more.txt']);
    expect(await readFile(join(bench.scripts, 'data.csv'), 'utf8')).toBe('old');
    expect(await readdir(join(bench.scripts, '..', 'run-1'))).toEqual(['kept.txt']);
  });

  it('really writes where the run may', async () => {
    const bench = await createBench();
    const folder = join(bench.scripts, 'data');
    await mkdir(folder);
    const kernel = await bench.take({ writablePaths: [folder] });
    await say(kernel, 'open("data/kept.txt", "w").close(); open("lost.txt", "w").close()');
    await kernel.kill();
    expect((await kernel.died).discardedWrites).toEqual(['lost.txt']);
    expect(await readdir(folder)).toEqual(['kept.txt']);
  });

  it('takes everything it started with it when it is killed', async () => {
    const bench = await createBench();
    const kernel = await bench.take();
    await say(
      kernel,
      'import subprocess; subprocess.Popen(["setsid", "sh", "-c", "sleep 1000 & sleep 1000"]); subprocess.Popen(["sleep", "1000"])',
    );
    await kernel.kill();
    // The fixture checks for leftovers when the test ends.
    await expect(say(kernel, '1')).rejects.toThrow(KernelDiedError);
  });

  it('says which kernel it stands in for', async () => {
    const bench = await createBench({ dataDirectories: [] });
    expect((await bench.take({ kernelName: 'conda-env-sales-py', language: 'python' })).environment).toContain(
      'because the notebook’s own kernel, conda-env-sales-py, is not installed here',
    );
    expect((await bench.take({ kernelName: 'python3', language: 'python' })).environment).not.toContain('because');
  });

  it('is refused with the remedy when it cannot be', async () => {
    const bench = await createBench({ dataDirectories: [] });
    await expect(bench.take({ kernelName: 'ir', language: 'r' })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('"ir"'),
    });
    const without = await createBench({ python: undefined });
    await expect(without.take()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('gives up when the run does', async () => {
    const bench = await createBench();
    const stop = new AbortController();
    const taken = bench.supplier.acquire(
      {
        runId: 'r',
        kernelName: undefined,
        language: 'python',
        directory: bench.scripts,
        outputDirectory: bench.scripts,
        environment: {},
        params: {},
      },
      stop.signal,
    );
    stop.abort(new Error('cancelled'));
    await expect(taken).rejects.toThrow('cancelled');
  });
});
