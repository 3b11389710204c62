import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commandOf } from '../../src/system/proc.ts';
import { createBench, say } from './fixture.ts';

/** A control group whose members may use 300 MB together, or undefined if none can be created on this machine. */
async function memoryGroup(name: string): Promise<string | undefined> {
  const places = [
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
    ['/sys/fs/cgroup', 'memory.max'],
  ] as const;
  for (const [root, limit] of places) {
    const folder = join(root, name);
    try {
      await mkdir(folder);
      onTestFinished(() => rmdir(folder));
      await writeFile(join(folder, limit), String(300 * 1024 * 1024));
      return folder;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

describe('a kernel apart', () => {
  it.each(['prefork', 'cold'])('sees no process but its own (%s)', async (way) => {
    const bench = await createBench({ poolSize: way === 'cold' ? 0 : 1 });
    const kernel = await bench.take();
    const { text } = await say(
      kernel,
      'import os; print(len([name for name in os.listdir("/proc") if name.isdigit()]))',
    );
    expect(Number(text)).toBeLessThanOrEqual(3);
  });

  it('has no network when that is off, or its own loopback alone', async () => {
    const server = createServer((socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const reach = `import socket\nprint(socket.create_connection(("127.0.0.1", ${port}), timeout=5).recv(5))`;
    const own =
      'a = socket.socket(); a.bind(("127.0.0.1", 0)); a.listen(); b = socket.create_connection(a.getsockname()); print("own loopback")';
    const on = await (await createBench()).take();
    expect((await say(on, reach)).text).toBe("b'hello'\n");
    const loopback = await (await createBench({ network: 'loopback' })).take();
    expect((await say(loopback, reach)).messages).toMatchObject([{ type: 'error', name: 'ConnectionRefusedError' }]);
    expect((await say(loopback, own)).text).toBe('own loopback\n');
    const off = await (await createBench({ network: 'off' })).take();
    for (const code of [reach, own])
      expect((await say(off, code)).messages).toMatchObject([
        { type: 'error', value: expect.stringContaining('unreachable') },
      ]);
  });

  it('that runs out of memory says so', async (context) => {
    const bench = await createBench({ groups: false });
    const kernel = await bench.take();
    const apart = await (await createBench()).take();
    const group = await memoryGroup(`test-${basename(join(bench.scripts, '..'))}`);
    if (group === undefined) return context.skip('no memory cgroup can be made here');
    for (const pid of await bench.processes()) {
      const isKernel = (await commandOf(pid)).some((part) => part.endsWith('connection.json'));
      if (isKernel) await writeFile(join(group, 'cgroup.procs'), String(pid));
    }
    await expect(say(kernel, 'hog = b"x" * 2_000_000_000')).rejects.toMatchObject({
      death: { signal: 'SIGKILL', outOfMemory: true },
    });
    // For a kernel in a group of its own, its group counts, whatever the machine has killed meanwhile.
    await expect(say(apart, 'import os; os.kill(os.getpid(), 9)')).rejects.toMatchObject({
      death: expect.not.objectContaining({ outOfMemory: true }),
    });
  });
});
