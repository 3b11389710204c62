/** Runs in the small machine of `cgroup-v2.real.test.ts`: exceeds each limit and prints the results, in one line. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findGroupPlaces } from '../../src/kernel/sandbox/cgroup.ts';
import { KernelDiedError } from '../../src/domain/kernel/kernel.ts';
import { NO_LIMITS } from '../../src/domain/kernel/kernel-limit.ts';
import type { Peer } from '../../src/domain/access/peer.ts';
import { createPeerCheck } from '../../src/http/access/peer.ts';
import { createKernelSupplier } from '../../src/kernel/supplier.ts';

const MB = 1024 * 1024;
/** Time for groups to be removed after the end of their kernels, and between two looks. */
const LEAVE_MS = 30_000;
const LOOK_MS = 20;
const root = mkdtempSync(join(tmpdir(), 'machine-'));
const limits = { ...NO_LIMITS, memoryBytes: 200 * MB, processes: 80, processors: 0.2 };
const supplier = await createKernelSupplier({
  python: process.env['SCRIPT_RUNNER_PYTHON'],
  scriptsDirectory: root,
  environment: process.env,
  poolSize: 0,
  limits,
});
let count = 0;

/** `look`: while its kernel lives. */
async function trial(
  code: string,
  look = (_text: string): void => undefined,
): Promise<{ text?: string; death?: object }> {
  const outputDirectory = `${root}/${(count += 1)}`;
  mkdirSync(outputDirectory);
  const kernel = await supplier.acquire(
    {
      runId: String(count),
      kernelName: undefined,
      language: 'python',
      directory: root,
      outputDirectory,
      environment: {},
      params: {},
    },
    AbortSignal.timeout(120_000),
  );
  let text = '';
  try {
    await kernel.execute(code, {
      onMessage: (message) => {
        if (message.type === 'stream') text += message.text;
      },
    });
    look(text);
    return { text };
  } catch (error) {
    if (!(error instanceof KernelDiedError)) throw error;
    return { death: error.death.limit ?? error.death };
  } finally {
    await kernel.kill();
  }
}

const [place] = await findGroupPlaces();
const inPlace = (...names: string[]) => join(place?.path ?? '', ...names);
const read = (path: string) => readFileSync(path, 'utf8');

/** What the server takes this process for, and a kernel that has closed its connection before the check. */
async function peersOf(): Promise<Peer[]> {
  const peers = createPeerCheck(supplier);
  const found: Promise<Peer>[] = [];
  const server = createServer((socket) => void found.push(peers.look(socket)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const own = connect(port, '127.0.0.1');
  await once(server, 'connection');
  await Promise.all(found);
  const called = once(server, 'connection');
  await trial(
    `import socket\nlink = socket.create_connection(("127.0.0.1", ${port})); link.sendall(b"x"); link.close()`,
  );
  await called;
  own.destroy();
  server.close();
  return Promise.all(found);
}

/** The groups of kernels; a moment after their ends there should be none. */
async function groupsLeft(): Promise<string[]> {
  const until = Date.now() + LEAVE_MS;
  for (;;) {
    const names = readdirSync(inPlace()).filter((name) => name.startsWith('script-runner-k-'));
    if (names.length === 0 || Date.now() > until) return names;
    await wait(LOOK_MS);
  }
}

let throttled = 0;
const found = {
  user: process.getuid?.(),
  places: await findGroupPlaces(),
  own: read('/proc/self/cgroup'),
  weight: Number(read(inPlace('cpu.weight'))),
  kernel: await trial(
    'import time\nwhile time.process_time() < 1.5: pass\nprint(open("/proc/self/cgroup").read())',
    (text) => {
      throttled = Number(
        /^nr_throttled (\d+)$/m.exec(
          read(inPlace(/script-runner-k-\w{6}\.\d+/.exec(text)?.[0] ?? '', 'cpu.stat')),
        )?.[1],
      );
    },
  ),
  memory: await trial('hog = []\nwhile True: hog.append(bytearray(b"x" * 20_000_000))'),
  processes: await trial('import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.01)'),
  peers: await peersOf(),
  left: await groupsLeft(),
};
await supplier.close();
console.log(`FOUND ${JSON.stringify({ ...found, throttled })}`);
