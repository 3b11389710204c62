import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createBench, say } from './fixture.ts';

const MB = 1024 * 1024;

describe('a kernel that says too much', () => {
  it('is held back by a slow reader, who hears all of it', async () => {
    const kernel = await (await createBench()).take();
    const before = process.memoryUsage.rss();
    let [heard, calls] = [0, 0];
    const line = 'x'.repeat(999);
    const reply = await kernel.execute(`for _ in range(100_000): print("${line}")`, {
      onMessage: async (message) => {
        if (message.type === 'stream') heard += message.text.length;
        calls += 1;
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    expect(reply.status).toBe('ok');
    expect(heard).toBe(100_000 * 1000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(250 * MB);
    expect(calls).toBeLessThan(20_000);
  });

  it('can be interrupted while it is held back', async () => {
    const kernel = await (await createBench()).take();
    let interrupted: Promise<void> | undefined;
    const reply = await kernel.execute('while True: print("y" * 9999)', {
      onMessage: () => (interrupted ??= kernel.interrupt()),
    });
    expect(reply.status).toBe('error');
    expect((await say(kernel, 'print(1)')).text).toBe('1\n');
  });

  it('shows thousands of outputs, each of them, in order', async () => {
    const kernel = await (await createBench()).take();
    const heard: string[] = [];
    await kernel.execute('from IPython.display import display\nfor i in range(5000): display(i)', {
      onMessage: (message) =>
        void heard.push(message.type === 'display' ? String(message.data['text/plain']) : message.type),
    });
    expect(heard).toEqual(Array.from({ length: 5000 }, (_, index) => String(index)));
  });

  it('ends the execution with what its receiver threw', async () => {
    const kernel = await (await createBench()).take();
    await expect(
      kernel.execute('print(1)', {
        onMessage: () => {
          throw new Error('disk full');
        },
      }),
    ).rejects.toThrow('disk full');
    expect((await say(kernel, 'print(2)')).text).toBe('2\n');
  });
});

describe('kernels one after another', () => {
  it('leave no descriptor behind', async () => {
    const bench = await createBench();
    const descriptors = () => readdirSync('/proc/self/fd').length;
    await (await bench.take()).kill();
    const before = descriptors();
    for (let round = 0; round < 3; round += 1) {
      const kernel = await bench.take();
      await say(kernel, 'print(1)');
      await kernel.kill();
    }
    expect(descriptors()).toBeLessThanOrEqual(before);
  });
});
