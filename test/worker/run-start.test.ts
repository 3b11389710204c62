import { afterEach, expect, it, vi } from 'vitest';
import { createStarts, STARTS } from '../../src/worker/run-start.ts';
import { createTestApp } from '../app/test-app.ts';
import { fakeKernels } from '../app/fake-kernel.ts';

afterEach(() => vi.useRealTimers());

it('lets a few runs start at a time, and another whenever one has its kernel', () => {
  let rooms = 0;
  const starts = createStarts(() => (rooms += 1), 2);
  const [first, second] = [starts.begin(), starts.begin()];
  expect([starts.hasRoom(1), rooms]).toEqual([false, 0]);
  first();
  first();
  expect([starts.hasRoom(1), rooms]).toEqual([true, 1]);
  const third = starts.begin();
  expect(starts.hasRoom(1)).toBe(false);
  second();
  third();
  expect([starts.hasRoom(1), starts.hasRoom(0), rooms]).toEqual([true, false, 3]);
});

it('holds nobody up for a start that takes long', () => {
  vi.useFakeTimers();
  let rooms = 0;
  const starts = createStarts(() => (rooms += 1), 1);
  const end = starts.begin();
  vi.advanceTimersByTime(999);
  expect(starts.hasRoom(1)).toBe(false);
  vi.advanceTimersByTime(1);
  expect([starts.hasRoom(1), rooms]).toEqual([true, 1]);
  end();
  expect([starts.hasRoom(1), rooms]).toEqual([true, 1]);
});

it('lets all begin whose kernels another machine makes', async () => {
  const kernels = fakeKernels({}, []);
  const made = Promise.withResolvers<void>();
  let making = 0;
  const app = await createTestApp(
    ['1'],
    {},
    {
      limits: { concurrency: 100, queueLimit: 100 },
      kernels: {
        ...kernels,
        isElsewhere: () => true,
        acquire: async (request, signal) => {
          if (++making === 3 * STARTS) made.resolve();
          await made.promise;
          return kernels.acquire(request, signal);
        },
      },
    },
  );
  const runs = [];
  for (let n = 0; n < 3 * STARTS; n++) runs.push(await app.submit());
  app.work();
  for (const run of runs) expect((await app.log(run)).at(-1)).toMatchObject({ event: { type: 'run-finished' } });
});

it('gives the runs of a crowd their kernels in the order in which they came', async () => {
  const kernels = fakeKernels({}, []);
  const asked: string[] = [];
  const begun: (() => void)[] = [];
  let most = 0;
  let making = 0;
  const app = await createTestApp(
    ['1'],
    {},
    {
      limits: { concurrency: 100, queueLimit: 100 },
      kernels: {
        ...kernels,
        acquire: async (request, signal) => {
          asked.push(request.runId);
          most = Math.max(most, ++making);
          await new Promise<void>((resolve) => begun.push(resolve));
          making -= 1;
          return kernels.acquire(request, signal);
        },
      },
    },
  );
  const runs = [];
  for (let n = 0; n < 6 * STARTS; n++) runs.push(await app.submit());
  app.work();
  for (const run of runs) {
    await vi.waitFor(() => expect(begun).not.toEqual([]), { timeout: 30_000 });
    begun.shift()?.();
    await app.log(run);
  }
  expect(asked).toEqual(runs.map(({ id }) => id));
  // `STARTS`, unless this machine is so busy that one of them takes long
  expect(most).toBeLessThan(runs.length);
});
