import { describe, expect, it } from 'vitest';
import { submitRun } from '../../src/app/run/run-submit.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import type { RunStore } from '../../src/domain/run/run-store.ts';
import type { CellScript } from '../app/fake-kernel.ts';
import { createTestApp } from '../app/test-app.ts';

const SUBMISSION = { script: 'sales', values: {}, trigger: 'api' } as const;

describe('a run for which there is a place', () => {
  it('starts in the transaction of its submission', async () => {
    const testApp = await createTestApp(['one']);
    testApp.work();
    const run = await testApp.submit();
    expect(run).toMatchObject({ status: 'starting', attempt: 1 });
    const [queued, started, ...others] = await testApp.log(run);
    expect([queued?.event.type, started?.event.type]).toEqual(['run-queued', 'run-started']);
    expect(started?.atMs).toBe(queued?.atMs);
    expect(others.at(-1)?.event).toEqual({ type: 'run-finished', outcome: { type: 'succeeded' } });
  });

  it('gets its kernel while its start is brought to the disk, and executes nothing before', async () => {
    const executed: string[] = [];
    const testApp = await createTestApp(['one'], {
      one: async ({ code }) => void executed.push(code),
    });
    const [held, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const create: RunStore['create'] = (run, ...limits) => {
      const { atOnce } = run;
      if (atOnce === undefined) throw new Error('It is not started at once.');
      const onStart: typeof atOnce.onStart = (claim) => atOnce.onStart(claim, held.promise);
      return testApp.ctx.runs.create({ ...run, atOnce: { ...atOnce, onStart } }, ...limits);
    };
    const acquire: typeof testApp.ctx.kernels.acquire = async (...request) => {
      const kernel = await testApp.ctx.kernels.acquire(...request);
      asked.resolve();
      return kernel;
    };
    const { ctx } = testApp;
    const slow = { ...ctx, runs: { ...ctx.runs, create }, kernels: { ...ctx.kernels, acquire } };
    testApp.work(slow);
    const { run } = await submitRun(slow, VIEWER, SUBMISSION);
    await asked.promise;
    expect([executed, (await testApp.ctx.runs.find(run.id))?.status]).toEqual([[], 'starting']);
    held.resolve();
    await testApp.log(run);
    expect(executed).toEqual(['one']);
  });

  it('has the same log if its kernel executes the first cells while it takes the run', async () => {
    const cells = ['import os', 'rows = 1', 'shown'];
    const logs = await Promise.all(
      [false, true].map(async (isAhead) => {
        const executed: string[] = [];
        const silent: CellScript = async ({ code }) => void executed.push(code);
        const testApp = await createTestApp(cells, { 'import os': silent, 'rows = 1': silent });
        const { ctx, requests } = testApp;
        const done = (executionCount: number) => ({ status: 'ok', messages: [], executionCount, ms: 0 }) as const;
        const acquire: typeof ctx.kernels.acquire = async (...request) => {
          const kernel = await ctx.kernels.acquire(...request);
          const first = request[0].firstCells?.map(({ index }, place) => [index, done(place + 1)] as const);
          return { ...kernel, ...(isAhead && { executed: new Map(first) }) };
        };
        testApp.work({ ...ctx, kernels: { ...ctx.kernels, acquire } });
        const run = await testApp.submit();
        const log = await testApp.log(run);
        expect(requests[0]?.firstCells?.map(({ source }) => source)).toEqual(cells.slice(0, 2));
        expect(executed).toEqual(isAhead ? [] : cells.slice(0, 2));
        return log.map(({ event }) => event);
      }),
    );
    const plain = (events: readonly object[]) =>
      events.map((event) => ({ ...event, worker: '', ms: 0, executionCount: 0 }));
    expect(plain(logs[1]!)).toEqual(plain(logs[0]!));
    expect(logs[1]!.filter(({ type }) => type === 'cell-finished')).toMatchObject([
      { cell: 0, executionCount: 1 },
      { cell: 1, executionCount: 2 },
      { cell: 2 },
    ]);
  });

  it('does not execute anything if its start may not be on the disk', async () => {
    const executed: string[] = [];
    const testApp = await createTestApp(['one'], { one: async ({ code }) => void executed.push(code) });
    testApp.work();
    const { ctx } = testApp;
    const create: RunStore['create'] = ({ atOnce, ...run }, ...limits) => {
      const lost = Promise.reject(new Error('The disk is gone.'));
      lost.catch(() => {});
      const onStart = atOnce && {
        onStart: (claim: Parameters<typeof atOnce.onStart>[0]) => atOnce.onStart(claim, lost),
      };
      return ctx.runs.create({ ...run, ...(atOnce && { atOnce: { ...atOnce, ...onStart } }) }, ...limits);
    };
    const logged: unknown[] = [];
    Object.assign(ctx.log, { error: (details: unknown) => void logged.push(details) });
    const { run } = await submitRun({ ...ctx, runs: { ...ctx.runs, create } }, VIEWER, SUBMISSION);
    expect((await testApp.log(run)).at(-1)?.event).toMatchObject({ outcome: { type: 'failed' } });
    expect([executed, logged.length]).toEqual([[], 1]);
  });

  it('gives its kernel and its place up if its submission is refused', async () => {
    const [killed, executed] = [Promise.withResolvers<void>(), [] as string[]];
    const one: CellScript = async ({ code }) => void executed.push(code);
    const testApp = await createTestApp(['one'], { one }, { limits: { concurrency: 1 } });
    const { ctx, requests } = testApp;
    const acquire: typeof ctx.kernels.acquire = async (...request) => {
      const kernel = await ctx.kernels.acquire(...request);
      void kernel.died.then(() => killed.resolve());
      return kernel;
    };
    const full = { ...ctx, kernels: { ...ctx.kernels, acquire }, limits: { ...ctx.limits, queueLimit: 0 } };
    testApp.work(full);
    await expect
      .poll(() => submitRun(full, VIEWER, SUBMISSION).catch(() => requests.length), { timeout: 30_000 })
      .toBe(1);
    await killed.promise;
    expect(executed).toEqual([]);
    expect((await testApp.log(await testApp.submit())).at(-1)?.event.type).toBe('run-finished');
    expect(executed).toEqual(['one']);
  });

  it('is executed once if it has to wait after all', async () => {
    const executed: string[] = [];
    const testApp = await createTestApp(['one'], { one: async ({ code }) => void executed.push(code) });
    const { ctx, requests } = testApp;
    testApp.work();
    // as if somebody else had come before it
    const create: RunStore['create'] = ({ atOnce: _none, ...run }, ...limits) => ctx.runs.create(run, ...limits);
    const runs = { ...ctx.runs, create };
    for (let asked = 0; asked < 2; asked = requests.length) {
      requests.length = executed.length = 0;
      const { run } = await submitRun({ ...ctx, runs }, VIEWER, SUBMISSION);
      expect(run.status).toBe('queued');
      expect((await testApp.log(run)).at(-1)?.event).toMatchObject({ outcome: { type: 'succeeded' } });
      expect(executed).toEqual(['one']);
    }
  });

  it('is lost, not begun again, if the server stops', async () => {
    const reached = Promise.withResolvers<void>();
    const testApp = await createTestApp(['one'], {
      async acquire({ killed }) {
        reached.resolve();
        await killed;
      },
    });
    const worker = testApp.work();
    const run = await testApp.submit();
    await reached.promise;
    await worker.stop(0);
    expect((await testApp.ctx.runs.find(run.id))?.status).toBe('lost');
  });
});

it('a run for which there is no place waits in the queue', async () => {
  const [reached, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const testApp = await createTestApp(
    ['one'],
    {
      async acquire() {
        reached.resolve();
        await open.promise;
      },
    },
    { limits: { concurrency: 1 } },
  );
  testApp.work();
  const first = await testApp.submit();
  await reached.promise;
  const second = await testApp.submit();
  expect([first.status, second.status]).toEqual(['starting', 'queued']);
  open.resolve();
  for (const run of [first, second]) expect((await testApp.log(run)).at(-1)?.event.type).toBe('run-finished');
});
