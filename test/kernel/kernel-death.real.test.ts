import { mkdir } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processesWith } from '../../src/system/proc.ts';
import type { Kernel } from '../../src/domain/kernel/kernel.ts';
import { createBench, say, type Bench } from './fixture.ts';
import { take, taken } from './snapshot-fixture.ts';

/**
 * What a script may do to its own kernel. The fixture checks for processes left behind; the next run must work each
 * time.
 */
const FAULTS = [
  ['closes all its sockets', 'import os; os.closerange(3, 1000); import time; time.sleep(1000)'],
  [
    'leaves a grandchild in a session of its own, and ends',
    'import os, subprocess; subprocess.Popen(["setsid", "sh", "-c", "sleep 1000 & sleep 1000"]); os._exit(5)',
  ],
  [
    'kills all processes that it can reach',
    'import os, subprocess; subprocess.Popen(["sleep", "1000"]); os.kill(-1, 9); os.kill(os.getpid(), 9)',
  ],
] as const;

/**
 * Four threads, one of them through shared memory, and four programs, each with a file of its own that it changes for
 * ever; and memory that takes a while to be given back.
 */
const WRITERS = `
import mmap, os, subprocess, sys, threading
large = bytearray(os.urandom(1)) * 400_000_000
os.chdir(FOLDER)
def write(name):
    file, turn = open(name, "w+b", buffering=0), 0
    while True:
        turn += 1
        os.pwrite(file.fileno(), b"%12d" % turn, 0)
def share(name):
    file = open(name, "w+b", buffering=0)
    file.write(b" " * 12)
    shared, turn = mmap.mmap(file.fileno(), 12), 0
    while True:
        turn += 1
        shared[:] = b"%12d" % turn
for number in range(4):
    threading.Thread(target=share if number == 0 else write, args=["thread%d" % number], daemon=True).start()
    program = "n=0; while :; do n=$((n+1)); printf %%12d $n 1<>program%d; done" % number
    subprocess.Popen(["sh", "-c", program], start_new_session=number % 2 == 0)
`;

describe.each(['prefork', 'cold'])('a run whose kernel (%s)', (way) => {
  it.each(FAULTS)('%s ends, and harms no other', async (_what, code) => {
    const bench = await createBench({ poolSize: way === 'cold' ? 0 : 1 });
    const [kernel, neighbour] = await Promise.all([bench.take(), bench.take()]);
    await expect(say(kernel, code)).rejects.toThrow('The kernel died.');
    for (const each of [neighbour, await bench.take()]) expect((await say(each, 'print(1)')).text).toBe('1\n');
  });

  it('is killed has ended with all that it started, before anybody looks at its files', async () => {
    const bench = await createBench({ poolSize: way === 'cold' ? 0 : 1 });
    const kernel = await bench.take();
    const mark = `KERNEL_CHILD=${bench.scripts}`;
    await say(
      kernel,
      `import os, subprocess\nfor _ in range(20): subprocess.Popen(["setsid", "sleep", "1000"], env={**os.environ, "KERNEL_CHILD": ${JSON.stringify(bench.scripts)}})`,
    );
    // one that replaces its program just now has no environment
    await expect.poll(() => processesWith(mark), { timeout: 30_000 }).toHaveLength(20);
    await kernel.kill();
    expect(await processesWith(mark)).toEqual([]);
  });

  it('is killed while threads and programs of it write for ever writes nothing afterwards', async () => {
    const bench = await createBench({ poolSize: way === 'cold' ? 0 : 1 });
    await killsWriters(bench, (changes) => bench.take(changes));
  });
});

it('writes nothing after it was killed in a kernel of a snapshot', async () => {
  const bench = await createBench({ poolSize: 1 });
  const prefix = await taken(bench, ['value = 1']);
  await killsWriters(bench, async (changes) => {
    const kernel = await take(bench, prefix, changes);
    expect(kernel.supply).toBe('snapshot');
    return kernel;
  });
});

async function killsWriters(
  bench: Bench,
  make: (changes: { readonly outputDirectory: string }) => Promise<Kernel>,
): Promise<void> {
  const outputDirectory = join(bench.scripts, '../written');
  await mkdir(outputDirectory);
  const kernel = await make({ outputDirectory });
  const written = () =>
    readdirSync(outputDirectory).map((name) => [name, readFileSync(join(outputDirectory, name)).toString('hex')]);
  const code = WRITERS.replace('FOLDER', JSON.stringify(outputDirectory));
  expect(await say(kernel, code)).toMatchObject({ status: 'ok' });
  await expect.poll(() => written().filter(([, text]) => text !== ''), { timeout: 30_000 }).toHaveLength(8);
  await kernel.kill();
  const after = written();
  await bench.supplier.close(); // everything of it is gone
  expect(written()).toEqual(after);
}
