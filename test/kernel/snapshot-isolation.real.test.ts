/**
 * The cells of a snapshot, and the runs after it, are isolated like any run, even if the first cells attack that.
 */
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { KernelMessage } from '../../src/domain/kernel/kernel.ts';
import type { Peer } from '../../src/domain/access/peer.ts';
import { createPeerCheck } from '../../src/http/access/peer.ts';
import { NO_LIMITS } from '../../src/domain/kernel/kernel-limit.ts';
import { say } from './fixture.ts';
import { created, planned, take, taken, tried } from './snapshot-fixture.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

const MB = 1024 * 1024;
const HOG = 'hog = []\nwhile True: hog.append(bytearray(b"x" * 20_000_000))';
// up to 4,096 processes
const BOMB = 'import os, time\nfor _ in range(12):\n    try: os.fork()\n    except OSError: pass\ntime.sleep(1000)';

async function secretFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'snapshot-secret-'));
  onTestFinished(() => rm(path, { recursive: true }));
  await writeFile(join(path, 'secret.txt'), 'secret');
  return path;
}

const look = (data: string, runtime = '') => program('look-around', { data, runtime });

it('sees neither data of the server nor other runs, in the first cells and in the runs after them', async () => {
  const data = await secretFolder();
  const bench = await created({ hiddenFolders: [data] });
  const own = join(data, 'run', 'output');
  await mkdir(own, { recursive: true });
  const prefix = await taken(bench, [look(data)]);
  const victim = await take(bench, prefix);
  await say(
    victim,
    'open(os.environ["HOME"] + "/mine.txt", "w").write("secret"); open("/dev/shm/mine", "w").write("secret"); open("/tmp/mine.txt", "w").write("secret")',
  );
  const home = (await say(victim, 'print(os.environ["HOME"])')).text.trim();
  const kernel = await take(bench, prefix, { outputDirectory: own });
  const [said] = kernel.snapshot?.cells.get(0)?.messages ?? [];
  expect(said).toMatchObject({ text: 'FileNotFoundError 1\n[] FileNotFoundError\nTrue True\n' });
  expect((await say(kernel, look(data))).text).toBe("['run'] 1\n[] FileNotFoundError\nTrue True\n");
  expect(
    (
      await say(
        kernel,
        [
          `print(names(${JSON.stringify(join(data, 'run'))}), os.path.exists(${JSON.stringify(home)}), names("/dev/shm"), "mine.txt" in names("/tmp"))`,
          'open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/mine.txt", "w").write("mine")',
        ].join('\n'),
      )
    ).text,
  ).toBe("['output'] False [] False\n");
  expect(await readFile(join(own, 'mine.txt'), 'utf8')).toBe('mine');
});

it('keeps its kernels apart even where the first cells have bent the code that makes them', async () => {
  const data = await secretFolder();
  const bench = await created({ hiddenFolders: [data] });
  const prefix = await taken(bench, [program('hostile-clone', { data, temporary: tmpdir() })]);
  const victim = await take(bench, prefix);
  await say(victim, 'import os; open(os.environ["HOME"] + "/mine.txt", "w").write("secret")');
  const kernel = await take(bench, prefix);
  const { text } = await say(kernel, 'print(found)');
  expect(text).toMatch(/^\[/);
  for (const name of ['secret.txt', 'mine.txt', 'connection']) expect(text).not.toContain(name);
  expect(await readFile(join(data, 'secret.txt'), 'utf8')).toBe('secret');
});

it('is refused by the server’s own port, from the first cells on', async () => {
  const answers: Peer[] = [];
  const bench = await created();
  const peers = createPeerCheck(bench.supplier);
  const server = createServer(
    (socket) =>
      void peers.look(socket).then((peer) => {
        answers.push(peer);
        socket.end('x');
      }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const ask = `import socket\nwith socket.create_connection(("127.0.0.1", ${(server.address() as AddressInfo).port})) as link: link.recv(1)`;
  await say(await take(bench, await taken(bench, [ask])), ask);
  expect(answers).toEqual(['kernel', 'kernel']);
});

it('has the network of its runs, and none in common with others', async () => {
  const bench = await created({ network: 'loopback' });
  const listen = 'import socket; kept = socket.create_server(("127.0.0.1", 4711)); print("mine")';
  const prefix = await taken(bench, ['import os; print(len(os.listdir("/sys/class/net")))']);
  const kernels = [await take(bench, prefix), await take(bench, prefix)];
  for (const kernel of kernels) expect((await say(kernel, listen)).text).toBe('mine\n');
  expect((await say(kernels[0]!, 'socket.create_connection(("127.0.0.1", 4711)).close(); print("reached")')).text).toBe(
    'reached\n',
  );
});

it.each([
  ['memory', HOG, 'It needs more memory than a run may have (629 MB).', true],
  ['memory', HOG, 'It needs more memory than a run may have (629 MB).', false],
  ['processes', BOMB, 'It exceeds a limit of a run (processes: 200).', true],
  ['processes', BOMB, 'It exceeds a limit of a run (processes: 200).', false],
])(
  'is not taken where the first cells want too much of %s (control groups: $3)',
  async (_what, source, reason, groups) => {
    const bench = await created({ groups, limits: { ...NO_LIMITS, memoryBytes: 600 * MB, processes: 200 } });
    expect(await tried(bench, planned(bench, [source]))).toMatchObject({
      type: 'refused',
      problem: { cell: 0, reason },
    });
  },
);

it.each([true, false])('bounds each run by itself (control groups: %s)', async (groups) => {
  const bench = await created({ groups, limits: { ...NO_LIMITS, memoryBytes: 300 * MB, diskBytes: 20 * MB } });
  const prefix = await taken(bench, ['kept = bytearray(b"x" * 100_000_000)']);
  const other = await take(bench, prefix);
  await expect(say(await take(bench, prefix), HOG)).rejects.toMatchObject({
    death: { limit: { name: 'memory', value: 300 * MB } },
  });
  await expect(
    say(await take(bench, prefix), 'import time; open("/tmp/a", "wb").write(b"x" * 30_000_000); time.sleep(1000)'),
  ).rejects.toMatchObject({ death: { limit: { name: 'disk' } } });
  await expect(say(await take(bench, prefix), 'import os; os.kill(os.getpid(), 9)')).rejects.toMatchObject({
    death: { signal: 'SIGKILL' },
  });
  await expect(say(await take(bench, prefix), 'import os; os._exit(3)')).rejects.toMatchObject({
    death: { exitCode: 3 },
  });
  expect((await say(other, 'print(len(kept))')).text).toBe('100000000\n');
});

it.each([true, false])(
  'ends a run that makes too many processes, and no other (control groups: %s)',
  async (groups) => {
    const bench = await created({ groups, limits: { ...NO_LIMITS, processes: 200 } });
    const prefix = await taken(bench, ['kept = 1']);
    const other = await take(bench, prefix);
    await expect(say(await take(bench, prefix), BOMB)).rejects.toMatchObject({
      death: { limit: { name: 'processes', value: 200 } },
    });
    expect((await say(other, 'print(kept)')).text).toBe('1\n');
  },
);

it('leaves other runs alone while its supervisor is slow to obey', async () => {
  const bench = await created();
  const prefix = await taken(bench, ['import time']);
  const other = await take(bench, prefix);
  const kernel = await take(bench, prefix);
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const killed = kernel.kill();
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  await killed;
  expect((await say(other, 'time.sleep(0.5); print("lives")')).text).toBe('lives\n');
});

it('interrupts a run, and ends all that it started', async () => {
  const bench = await created();
  const kernel = await take(bench, await taken(bench, ['import subprocess, time']));
  const said: KernelMessage[] = [];
  const onMessage = (message: KernelMessage) => {
    said.push(message);
    if (message.type === 'stream') void kernel.interrupt();
  };
  await kernel.execute('print("on", flush=True); subprocess.run(["sleep", "1000"])', { onMessage });
  expect(said.at(-1)).toMatchObject({ type: 'error', name: 'KeyboardInterrupt' });
  await say(kernel, 'subprocess.Popen("setsid sleep 1000 &", shell=True)');
  await kernel.kill();
  expect((await kernel.died).signal).toBe('SIGKILL');
});
