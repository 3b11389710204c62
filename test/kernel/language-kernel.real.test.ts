import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Kernel } from '../../src/domain/kernel/kernel.ts';
import { testPython } from '../python.ts';
import { programsIn } from '../program.ts';
import { createBench, say } from './fixture.ts';
import { languageKernel, languageProgram } from './language-kernel.ts';

/** The same actions in each language. */
const LANGUAGES = [
  {
    name: 'R',
    hello: 'cat("é", basename(getwd()), "\\n")',
    fail: 'f <- function() stop("bad é"); f()',
    failure: { name: 'ERROR', value: 'Error in f(): bad é\n' },
    broken: 'f(',
    write: 'writeLines("x", file.path(Sys.getenv("SCRIPT_RUNNER_OUTPUT_DIR"), "kept.txt"))',
    kill: 'tools::pskill(Sys.getpid(), 9)',
    atEnd:
      'out <- Sys.getenv("SCRIPT_RUNNER_OUTPUT_DIR"); con <- file(file.path(out, "open.txt"), "w"); cat("bye", file = con); reg.finalizer(globalenv(), function(e) cat("bye", file = file.path(out, "bye.txt")), onexit = TRUE)',
    left: ['bye.txt', 'open.txt'],
    endless: 'cat("go\\n"); flush.console(); while (TRUE) {}',
    picture: { code: 'plot(1:3)', mime: 'image/png' },
  },
  {
    name: 'deno',
    hello: 'console.log("é", Deno.cwd().split("/").pop(), "")',
    fail: 'throw new TypeError("bad é")',
    failure: { name: 'TypeError', value: 'bad é' },
    broken: 'let =',
    write: 'Deno.writeTextFileSync(Deno.env.get("SCRIPT_RUNNER_OUTPUT_DIR") + "/kept.txt", "x")',
    kill: 'Deno.kill(Deno.pid, "SIGKILL")',
    // it tells no program that its kernel ends
    atEnd: '1',
    left: [],
    endless: 'console.log("go"); while (true) {}',
    picture: { code: 'Deno.jupyter.html`<b>x</b>`', mime: 'text/html' },
  },
] as const;

for (const { name, ...code } of LANGUAGES) {
  describe.skipIf(languageProgram(name) === undefined)(`a kernel of another language (needs ${name})`, () => {
    const take = async () => {
      const { dataDirectory, asked } = await languageKernel(name);
      const bench = await createBench({ dataDirectories: [dataDirectory] });
      return { bench, kernel: await bench.take(asked) };
    };

    it('runs in its script’s folder, shows what it shows, and leaves files', async () => {
      const { bench, kernel } = await take();
      expect(kernel.supply).toBe('cold');
      // Deno sends the output of a cell independently of its idle status, on a busy machine after it.
      const { messages } = await say(kernel, code.hello);
      await vi.waitFor(
        () =>
          expect(messages.map((message) => (message.type === 'stream' ? message.text : '')).join('')).toBe(
            'é scripts \n',
          ),
        { timeout: 20_000 },
      );
      const { messages: shown } = await say(kernel, code.picture.code);
      await vi.waitFor(
        () => expect(shown).toMatchObject([{ type: 'display', data: { [code.picture.mime]: expect.any(String) } }]),
        { timeout: 20_000 },
      );
      await say(kernel, code.write);
      await kernel.kill();
      expect(await readdir(join(bench.scripts, '..', 'run-1'))).toEqual(['kept.txt']);
    });

    it('fails with its own words, also where it says them in the reply alone', async () => {
      const { kernel } = await take();
      expect(await say(kernel, code.fail)).toMatchObject({
        status: 'error',
        messages: [{ type: 'error', ...code.failure }],
      });
      expect(await say(kernel, code.broken)).toMatchObject({
        status: 'error',
        messages: [{ type: 'error', value: expect.stringMatching(/./) }],
      });
      expect((await say(kernel, code.hello)).status).toBe('ok');
    });

    it('ends as programs of its language end', async () => {
      const { bench, kernel } = await take();
      await say(kernel, code.atEnd);
      expect(await kernel.endProgram?.({ limitMs: 10_000, onMessage: () => undefined })).toEqual({ status: 'ok' });
      expect(await kernel.died).toMatchObject({ exitCode: 0 });
      const folder = join(bench.scripts, '..', 'run-1');
      expect((await readdir(folder)).sort()).toEqual(code.left);
      for (const file of code.left) expect(await readFile(join(folder, file), 'utf8')).toBe('bye');
    });

    it('ends an endless cell when it is interrupted, alive or not', async () => {
      const { kernel } = await take();
      const ended = kernel.execute(code.endless, {
        onMessage: async (message) => {
          if (message.type === 'stream') await kernel.interrupt();
        },
      });
      await expect(
        ended.then(
          ({ status }) => status,
          () => 'died',
        ),
      ).resolves.not.toBe('ok');
    });

    it('dies of kill -9, and says so', async () => {
      const { kernel } = await take();
      await expect(say(kernel, code.kill)).rejects.toMatchObject({ death: { signal: 'SIGKILL' } });
    });
  });
}

describe.skipIf(languageProgram('R') === undefined)('an R kernel (needs R)', () => {
  it('fails where it asks for input, instead of waiting for ever', async () => {
    const { dataDirectory, asked } = await languageKernel('R');
    const kernel = await (await createBench({ dataDirectories: [dataDirectory] })).take(asked);
    const { status, messages } = await say(kernel, 'name <- readline("name? "); cat("went on")');
    expect([status, messages]).toMatchObject(['error', [{ type: 'error', name: 'InputNotSupported' }]]);
    expect((await say(kernel, 'cat("alive")')).text).toBe('alive');
  });
});

it.each([
  ['does not know the request to shut down', {}, 60_000],
  ['answers the request to shut down, and stays', { ANSWERS: '1' }, 100],
])('ends a kernel that %s by a signal', async (_what, env, limitMs) => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'kernel-test-deaf-'));
  onTestFinished(() => rm(dataDirectory, { recursive: true }));
  const spec = join(dataDirectory, 'kernels', 'deaf');
  await mkdir(spec, { recursive: true });
  // as text: a run does not see a checkout below the folder for temporary files
  const argv = [testPython(), '-c', programsIn(import.meta.dirname)('deaf-kernel'), '-f', '{connection_file}'];
  await writeFile(join(spec, 'kernel.json'), JSON.stringify({ argv, display_name: 'Deaf', language: 'deaf', env }));
  const bench = await createBench({ dataDirectories: [dataDirectory] });
  const kernel = await bench.take({ kernelName: 'deaf', language: 'deaf' });
  await say(kernel, 'anything');
  await kernel.endProgram?.({ limitMs, onMessage: () => undefined });
  expect(await readFile(join(bench.scripts, '..', 'run-1', 'bye'), 'utf8')).toBe('bye');
});

it('lets a Python kernel that is not ipykernel alone, and completes the files of its program', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kernel-test-other-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const code = `import atexit, os, sys
sys.path.insert(0, sys.argv[1])
from script_runner_kernel.program_end import end
atexit.register(print, "of the kernel itself")
file = open(sys.argv[2], "w")
file.write("whole")
end()
os._exit(0)`;
  const [python, file] = [join(import.meta.dirname, '../../python'), join(folder, 'left-open')];
  const { stdout, stderr } = spawnSync(testPython(), ['-c', code, python, file], { encoding: 'utf8' });
  expect([stdout, stderr, await readFile(file, 'utf8')]).toEqual(['', '', 'whole']);
});

describe('TCP', () => {
  const chatter = async (kernel: Kernel) => {
    expect((await say(kernel, 'for i in range(200): print(i)\n1 + 1')).messages.at(-1)).toMatchObject({
      type: 'display',
      data: { 'text/plain': '2' },
    });
    expect((await say(kernel, '1/0')).messages).toMatchObject([{ type: 'error', name: 'ZeroDivisionError' }]);
  };

  it('serves where sockets in the file system cannot be', async () => {
    const bench = await createBench({ transport: 'tcp' });
    const kernel = await bench.take();
    expect(
      (await say(kernel, 'from ipykernel.kernelapp import IPKernelApp; print(IPKernelApp.instance().transport)')).text,
    ).toBe('tcp\n');
    await chatter(kernel);
    await kernel.kill();
  });

  it('serves forked kernels, too', async () => {
    const bench = await createBench({ transport: 'tcp', poolSize: 1 });
    await expect.poll(() => bench.supplier.ready()).toBe(true);
    const kernel = await bench.take();
    expect(kernel.supply).toMatch(/fork/);
    await chatter(kernel);
  });

  it.skipIf(languageProgram('deno') === undefined)(
    'is found out where a kernel speaks nothing else, and refused while the network is off (needs deno)',
    async () => {
      const { dataDirectory, asked } = await languageKernel('deno');
      const off = await createBench({ dataDirectories: [dataDirectory], network: 'off' });
      const refused = await off.take(asked).then(
        () => 'served',
        (error: Error) => error.message,
      );
      expect(refused).toMatch(/only TCP|served/);
      const on = await createBench({ dataDirectories: [dataDirectory] });
      for (let run = 0; run < 2; run += 1)
        expect((await say(await on.take(asked), 'console.log("tcp")')).text).toBe('tcp\n');
    },
  );
});
