import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, getPriority } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findGroupPlaces } from '../../src/kernel/sandbox/cgroup.ts';
import { NO_LIMITS } from '../../src/domain/kernel/kernel-limit.ts';
import { createBench, say } from './fixture.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

const MB = 1024 * 1024;
const HOG = 'hog = []\nwhile True: hog.append(bytearray(b"x" * 20_000_000))';
const CHILD_HOG = `import subprocess, sys\nsubprocess.run([sys.executable, "-c", ${JSON.stringify(HOG)}])\nimport time; time.sleep(1000)`;
// up to 4,096 processes
const BOMB = 'import os, time\nfor _ in range(12):\n    try: os.fork()\n    except OSError: pass\ntime.sleep(1000)';
/** The files belong to a process whose first thread has ended. */
const LEADERLESS = program('leaderless-files');
/** Keeps a page of each file mapped, and no descriptor open. */
const MAPPED = program('mapped-files');
/** With control groups if this machine allows them, and by polling alone. */
const WAYS = [
  ['as this machine can', true],
  ['by looking', false],
] as const;

const WHERE = 'print(open("/proc/self/cgroup").read())';

const processorPlace = async () => (await findGroupPlaces()).find(({ controllers }) => controllers.includes('cpu'));
const groupsLeft = async () =>
  (await Promise.all((await findGroupPlaces()).map(({ path }) => readdir(path))))
    .flat()
    .filter((name) => name.startsWith('script-runner-k-'));

describe.each(WAYS)('a run that wants too much, stopped %s', (_way, groups) => {
  it.each([
    ['itself', HOG],
    ['in a child', CHILD_HOG],
  ])('of memory, %s', async (_who, code) => {
    const bench = await createBench({ groups, limits: { ...NO_LIMITS, memoryBytes: 300 * MB } });
    const kernel = await bench.take();
    await say(kernel, 'fits = bytearray(b"x" * 50_000_000)');
    await expect(say(kernel, code)).rejects.toMatchObject({
      death: { limit: { name: 'memory', value: 300 * MB, used: expect.toSatisfy((used: number) => used > 250 * MB) } },
    });
    expect((await say(await bench.take(), 'print(1)')).text).toBe('1\n');
  });

  it('of processes', async () => {
    const bench = await createBench({ groups, limits: { ...NO_LIMITS, processes: 200 } });
    const kernel = await bench.take();
    await expect(say(kernel, BOMB)).rejects.toMatchObject({
      death: { limit: { name: 'processes', value: 200, used: expect.toSatisfy((used: number) => used >= 200) } },
    });
    expect((await say(await bench.take(), 'print(1)')).text).toBe('1\n');
  });
});

const HIDDEN = {
  'files in /dev/shm':
    'part = 0\nwhile True:\n    open(f"/dev/shm/{part}", "wb").write(b"x" * 20_000_000); part += 1; time.sleep(0.05)',
  'deleted files in /dev/shm':
    'held = []\nwhile True:\n    file = open("/dev/shm/x", "wb"); file.write(b"x" * 20_000_000); file.flush(); os.unlink("/dev/shm/x"); held.append(file); time.sleep(0.05)',
  'files in memory':
    'held = []\nwhile True:\n    held.append(os.fdopen(os.memfd_create("x"), "wb")); held[-1].write(b"x" * 20_000_000); held[-1].flush(); time.sleep(0.05)',
  'segments that nobody has mapped': `libc = ctypes.CDLL(None); libc.shmat.restype = ctypes.c_void_p
while True:
    address = libc.shmat(libc.shmget(0, ctypes.c_size_t(20_000_000), 0o1600), None, 0)
    ctypes.memset(address, 1, 20_000_000); libc.shmdt(ctypes.c_void_p(address)); time.sleep(0.05)`,
};

describe('shared memory', () => {
  it.each(Object.entries(HIDDEN))('counts, looked at, although no process has it: %s', async (_what, code) => {
    const bench = await createBench({ groups: false, limits: { ...NO_LIMITS, memoryBytes: 300 * MB } });
    const kernel = await bench.take();
    await expect(say(kernel, `import ctypes, os, time\n${code}`)).rejects.toMatchObject({
      death: { limit: { name: 'memory', value: 300 * MB, used: expect.toSatisfy((used: number) => used < 500 * MB) } },
    });
  });

  it('counts once, looked at, when it is mapped by several', async () => {
    const bench = await createBench({ groups: false, limits: { ...NO_LIMITS, memoryBytes: 400 * MB } });
    const kernel = await bench.take();
    const { text } = await say(kernel, program('shared-memory'));
    expect(text).toBe('done\n');
  });
});

describe('a run that writes too much', () => {
  it.each(['/tmp/a', 'beside', '{os.environ["HOME"]}/a', '{os.environ["SCRIPT_RUNNER_OUTPUT_DIR"]}/a'])(
    'is stopped, whether to %s',
    async (path) => {
      const bench = await createBench({ limits: { ...NO_LIMITS, diskBytes: 20 * MB } });
      const kernel = await bench.take();
      await say(kernel, `import os, time\nopen(f'${path}', "wb").write(b"x" * 10_000_000)`);
      await expect(
        say(kernel, `open(f'${path}', "wb").write(b"x" * 30_000_000)\ntime.sleep(1000)`),
      ).rejects.toMatchObject({ death: { limit: { name: 'disk', value: 20 * MB } } });
    },
  );

  it.each([
    ['open', 'held = []'],
    ['open in a process whose first thread has ended', LEADERLESS],
    ['mapped by root', MAPPED],
  ])('is stopped, though the files are deleted: %s', async (how, begin) => {
    if (how.endsWith('by root') && process.getuid?.() !== 0) return;
    const kernel = await (await createBench({ limits: { ...NO_LIMITS, diskBytes: 40 * MB } })).take();
    const write = `${begin}
import tempfile, time
while True:
    file = tempfile.TemporaryFile(); file.write(b"x" * 5_000_000); file.flush()
    held.append(keep(file) if "keep" in globals() else file); del file
    time.sleep(0.05)`;
    await expect(say(kernel, write)).rejects.toMatchObject({ death: { limit: { name: 'disk', value: 40 * MB } } });
  });

  it('into one file meets an error it can handle', async () => {
    const bench = await createBench({ limits: { ...NO_LIMITS, fileBytes: 10 * MB } });
    const { messages } = await say(await bench.take(), 'open("/tmp/a", "wb").write(b"x" * 20_000_000)');
    expect(messages).toMatchObject([{ type: 'error', value: expect.stringContaining('File too large') }]);
  });
});

describe('a run that computes all the time', () => {
  it('gets no more than its share of the processors', async (context) => {
    const place = await processorPlace();
    if (place === undefined) return context.skip('no group for processors can be made here');
    const kernel = await (await createBench({ limits: { ...NO_LIMITS, processors: 0.1 } })).take();
    const { text } = await say(kernel, `import time\nwhile time.process_time() < 1.5: pass\n${WHERE}`);
    const [group] = /script-runner-k-\w{6}\.\d+/.exec(text) ?? [];
    // How often the system made it wait, in periods of a tenth of a second.
    const counts = await readFile(join(place.path, group ?? '', 'cpu.stat'), 'utf8');
    expect(Number(/^nr_throttled (\d+)$/m.exec(counts)?.[1])).toBeGreaterThan(0);
  });

  it('leaves the server its part, however many of them there are', async (context) => {
    const place = await processorPlace();
    if (place === undefined) return context.skip('no group for processors can be made here');
    const [file, shares] =
      place.version === 1 ? (['cpu.shares', 512 * availableParallelism()] as const) : (['cpu.weight', 50] as const);
    const bench = await createBench();
    const busy = await Promise.all(Array.from({ length: 6 }, () => bench.take()));
    const texts = await Promise.all(
      busy.map(async (kernel) => (await say(kernel, 'for _ in range(10_000_000): pass\n' + WHERE)).text),
    );
    for (const text of texts) expect(text).toMatch(/:\S*\/script-runner\/script-runner-k-\w{6}\.\d+\n/);
    expect(Number(await readFile(join(place.path, file), 'utf8'))).toBe(shares);
  });

  it('comes after the server where shares cannot be given', async () => {
    const kernel = await (await createBench({ groups: false, limits: { ...NO_LIMITS, processors: 0.2 } })).take();
    expect((await say(kernel, 'import os; print(os.nice(0))')).text).toBe(`${getPriority() + 5}\n`);
  });

  it.runIf(process.platform === 'linux').each([
    ['forked', 1],
    ['cold', 0],
  ])('does not interrupt the server that wakes it, and may use each processor (%s)', async (_way, poolSize) => {
    const kernel = await (await createBench({ poolSize })).take();
    const asks = 'import os; print(os.sched_getscheduler(0) == os.SCHED_BATCH, len(os.sched_getaffinity(0)))';
    expect((await say(kernel, asks)).text).toBe(`True ${availableParallelism()}\n`);
  });
});

it('leaves no control group behind', async () => {
  const bench = await createBench({ limits: { ...NO_LIMITS, processors: 0.5, memoryBytes: 300 * MB, processes: 100 } });
  const kernel = await bench.take();
  const { text } = await say(kernel, WHERE);
  const own = new Set(text.match(/script-runner-k-\w{6}\.\d+/g));
  expect(own.size).toBe((await findGroupPlaces()).length === 0 ? 0 : 1);
  await kernel.kill();
  const left = async () => (await groupsLeft()).filter((name) => own.has(name));
  await expect.poll(left, { timeout: 30_000 }).toEqual([]);
});
