import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findGroupPlaces } from '../../src/kernel/sandbox/cgroup.ts';
import { NO_LIMITS } from '../../src/kernel/sandbox/supervisor-plan.ts';
import { createBench, say } from './fixture.ts';

const MB = 1024 * 1024;
const HOG = 'hog = []\nwhile True: hog.append(bytearray(b"x" * 20_000_000))';
const CHILD_HOG = `import subprocess, sys\nsubprocess.run([sys.executable, "-c", ${JSON.stringify(HOG)}])\nimport time; time.sleep(1000)`;
// 4,096 of them, if nobody stops it
const BOMB = 'import os, time\nfor _ in range(12):\n    try: os.fork()\n    except OSError: pass\ntime.sleep(1000)';
/** With control groups where they can be made here, and by looking alone, as elsewhere. */
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
    // What it was made to wait for, as the system counts: periods of a tenth of a second.
    const counts = await readFile(join(place.path, group ?? '', 'cpu.stat'), 'utf8');
    expect(Number(/^nr_throttled (\d+)$/m.exec(counts)?.[1])).toBeGreaterThan(0);
  });

  it('leaves the server its part, however many of them there are', async (context) => {
    const place = await processorPlace();
    if (place === undefined) return context.skip('no group for processors can be made here');
    const [file, shares] =
      place.version === 1 ? (['cpu.shares', 1024 * availableParallelism()] as const) : (['cpu.weight', 50] as const);
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
    expect((await say(kernel, 'import os; print(os.nice(0))')).text).toBe('5\n');
  });
});

it('leaves no control group behind', async () => {
  const bench = await createBench({ limits: { ...NO_LIMITS, processors: 0.5, memoryBytes: 300 * MB, processes: 100 } });
  const kernel = await bench.take();
  const { text } = await say(kernel, WHERE);
  const own = new Set(text.match(/script-runner-k-\w{6}\.\d+/g));
  expect(own.size).toBe((await findGroupPlaces()).length === 0 ? 0 : 1);
  await kernel.kill();
  expect((await groupsLeft()).filter((name) => own.has(name))).toEqual([]);
});
