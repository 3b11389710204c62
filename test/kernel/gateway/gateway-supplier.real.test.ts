import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { kernelRequest } from '../../../src/domain/kernel/kernel-request.ts';
import type { Kernel, KernelRequest, KernelSupplier } from '../../../src/domain/kernel/kernel.ts';
import { createGatewaySupplier } from '../../../src/kernel/gateway/gateway-supplier.ts';
import { say } from '../fixture.ts';
import { missingJupyter, JUPYTER_NAMES, startJupyter, TOKEN, type JupyterServer } from '../jupyter-server.ts';

const MIB = 1024 * 1024;

for (const name of JUPYTER_NAMES)
  describe.skipIf(missingJupyter(name) !== '')(`a kernel of a ${name}${missingJupyter(name)}`, () => {
    let server: JupyterServer;
    let supplier: KernelSupplier;
    let output: string;
    let runs = 0;
    const root = mkdtempSync(join(tmpdir(), 'gateway-test-run-'));

    beforeAll(async () => {
      server = await startJupyter(name);
      supplier = createGatewaySupplier({
        address: { url: `${server.url}/`, shown: 'gateway.example', isReadable: false, token: TOKEN },
        unenforced: ['memory_limit'],
        messageBytes: 16 * MIB,
        timezone: 'Asia/Tokyo',
        limits: { fileBytes: 20 * MIB, totalBytes: 50 * MIB },
      });
    });
    afterAll(async () => {
      await supplier?.close();
      await server?.close();
      rmSync(root, { recursive: true });
    });

    async function take(changes: Partial<KernelRequest> = {}): Promise<Kernel> {
      output = join(root, `run-${++runs}`);
      mkdirSync(output);
      const request = { ...kernelRequest(`run-${runs}`, root), outputDirectory: output, ...changes };
      const kernel = await supplier.acquire(request, AbortSignal.timeout(60_000));
      onTestFinished(() => kernel.kill());
      return kernel;
    }

    it('has the values, the variables and the modules of its run, and nobody sees them', async () => {
      const kernel = await take({ params: { secret: 'é-key-9' }, environment: { FOR_THIS_RUN: 'a\n"b"' } });
      expect(kernel.supply).toBe('gateway');
      expect(kernel.environment).toMatch(
        /^Python 3\.\S+, ipython \S+, on the gateway gateway\.example; Script Runner does not enforce there: memory_limit\./,
      );
      const { text, status } = await say(
        kernel,
        [
          'import os, time, script_runner',
          'print(script_runner.params["secret"], repr(os.environ["FOR_THIS_RUN"]), time.tzname[0])',
          'print(len(In), "order" in globals(), os.listdir("."))',
        ].join('\n'),
      );
      expect([status, text]).toEqual(['ok', `é-key-9 'a\\n"b"' JST\n2 False []\n`]);
      expect(server.log()).not.toContain('é-key-9');
      expect(server.log()).not.toContain(TOKEN);
    });

    it('says what it says, in order', async () => {
      const kernel = await take();
      const { messages } = await say(
        kernel,
        [
          'from IPython.display import display, clear_output',
          'print("one")',
          'handle = display("a", display_id="d"); handle.update("b")',
          'clear_output(wait=True)',
          '"é" * 3',
        ].join('\n'),
      );
      expect(messages).toMatchObject([
        { type: 'stream', name: 'stdout', text: 'one\n' },
        { type: 'display', displayId: 'd', data: { 'text/plain': "'a'" } },
        { type: 'update-display', displayId: 'd' },
        { type: 'clear-output', wait: true },
        { type: 'display', data: { 'text/plain': "'ééé'" }, executionCount: 1 },
      ]);
      const failed = await say(kernel, '1/0');
      expect(failed).toMatchObject({ status: 'error', messages: [{ type: 'error', name: 'ZeroDivisionError' }] });
      const asked = await say(kernel, 'input("name?")');
      expect(asked.messages).toMatchObject([{ value: expect.stringContaining('Make the value a parameter') }]);
    });

    it('brings the state of widgets, with binary values', async () => {
      const kernel = await take();
      const { messages } = await say(
        kernel,
        'import ipywidgets\npicture = ipywidgets.Image(value=bytes(range(256)), format="png")',
      );
      const states = messages.flatMap((message) => (message.type === 'widget-changed' ? [message] : []));
      const bytes = states.flatMap(({ buffers = [] }) => buffers).find(({ path }) => path[0] === 'value')?.bytes;
      expect([...(bytes ?? [])]).toEqual([...Array(256).keys()]);
    });

    it('brings downloads with their announcement, and other files at the end', async () => {
      const kernel = await take();
      let there: string[] = [];
      await kernel.execute(
        [
          'import os, script_runner',
          'big = os.urandom(5_000_001)',
          'script_runner.download(big, "big.bin")',
          'os.makedirs(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/a b")',
          'open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/a b/é.txt", "w").write("later")',
          'open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/.hidden", "w").write("x")',
          'import hashlib; hashlib.sha256(big).hexdigest()',
        ].join('\n'),
        { onMessage: (message) => void (message.type === 'display' && (there = readdirSync(output))) },
      );
      expect(there).toContain('big.bin');
      expect(readFileSync(join(output, 'big.bin')).length).toBe(5_000_001);
      await say(kernel, 'os.remove(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/big.bin")');
      await say(kernel, 'open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/huge", "wb").truncate(21 << 20)');
      await say(kernel, 'os.symlink("/etc/passwd", os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/link")');
      await kernel.fetchFiles?.();
      expect(readdirSync(output).sort()).toEqual(['a b', 'huge']);
      expect(readFileSync(join(output, 'a b/é.txt'), 'utf8')).toBe('later');
    });

    it('has the files that were given to its run, of any size, and removes them at its end', async () => {
      const folder = join(root, 'upload');
      const big = randomBytes(3_000_001);
      for (const [at, name, bytes] of [
        [1, 'Ümsatz 1.csv', 'a,b'],
        [2, 'big', big],
        [3, 'empty', ''],
      ] as const) {
        mkdirSync(join(folder, String(at)), { recursive: true });
        writeFileSync(join(folder, String(at), name), bytes, { mode: 0o400 });
      }
      const place = supplier.uploadPlace?.({ script: 'a', kernelName: undefined }) ?? '';
      const kernel = await take({ uploads: { folder, place } });
      const { text } = await say(kernel, `import os; print(*sorted(os.listdir("${place}")), os.listdir("."))`);
      expect(text).toBe('1 2 3 []\n');
      expect(readFileSync(join(place, '1/Ümsatz 1.csv'), 'utf8')).toBe('a,b');
      expect(big.equals(readFileSync(join(place, '2/big')))).toBe(true);
      expect(readFileSync(join(place, '3/empty'), 'utf8')).toBe('');
      expect(statSync(join(place, '2/big')).mode & 0o777).toBe(0o400);
      expect(statSync(place).mode & 0o777).toBe(0o700);
      await kernel.kill();
      await expect.poll(() => existsSync(place), { timeout: 30_000 }).toBe(false);
    });

    it('is not started in a folder of somebody else', async () => {
      const folder = join(root, 'upload-taken');
      mkdirSync(folder);
      await expect(take({ uploads: { folder, place: folder } })).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('did not become ready: FileExistsError'),
      });
      expect(existsSync(folder)).toBe(true);
    });

    it('is interrupted, and lives on', async () => {
      const kernel = await take();
      const names: string[] = [];
      const reply = await kernel.execute('import time\nprint("go", flush=True)\ntime.sleep(600)', {
        onMessage: async (message) => {
          if (message.type === 'stream') await kernel.interrupt();
          if (message.type === 'error') names.push(message.name);
        },
      });
      expect([reply.status, names]).toEqual(['error', ['KeyboardInterrupt']]);
      expect((await say(kernel, 'print("still here")')).text).toBe('still here\n');
    });

    it('runs exit handlers before its files are fetched, and leaves nothing when it ends', async () => {
      const kernel = await take();
      const code = [
        'import atexit, os',
        'folder = os.environ["SCRIPT_RUNNER_OUTPUT_DIR"]',
        'atexit.register(lambda: open(folder + "/end.txt", "w").write("ended"))',
        'print(os.path.dirname(folder), end="")',
      ];
      const { text: folder } = await say(kernel, code.join('\n'));
      expect(readdirSync(folder).length).toBeGreaterThan(0);
      await kernel.endProgram?.({ limitMs: 10_000, onMessage: () => undefined });
      await kernel.fetchFiles?.();
      await kernel.kill();
      expect(readFileSync(join(output, 'end.txt'), 'utf8')).toBe('ended');
      await expect.poll(() => existsSync(folder)).toBe(false);
    });

    it('is dead when its process is killed, and says so', async () => {
      const kernel = await take();
      const code = 'import os, time\nprint("before", flush=True)\ntime.sleep(0.5)\nos.kill(os.getpid(), 9)';
      await expect(say(kernel, code)).rejects.toMatchObject({
        death: { reason: expect.stringContaining('reports that the process of this kernel has ended') },
      });
      await kernel.died;
    });

    it('is refused with one sentence', async () => {
      const request = { ...kernelRequest('r', root), kernelName: 'cobol85', language: 'cobol' };
      await expect(supplier.acquire(request, AbortSignal.timeout(60_000))).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringMatching(/^The gateway gateway\.example has no kernel cobol85\. It has: python3.*\.$/),
      });
      const refused = createGatewaySupplier({
        address: { url: `${server.url}/`, shown: 'gateway.example', isReadable: false, token: 'wrong' },
        unenforced: [],
        messageBytes: MIB,
        limits: { fileBytes: 1, totalBytes: 1 },
      });
      onTestFinished(() => refused.close());
      await refused.whenReady?.();
      expect(refused.problem?.()).toBe(
        'The gateway gateway.example refuses the token. Check SCRIPT_RUNNER_GATEWAY_TOKEN.',
      );
    });
  });
