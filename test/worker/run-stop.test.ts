import { describe, expect, it } from 'vitest';
import { cancelRun } from '../../src/app/run/run-change.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import { AppError } from '../../src/domain/error.ts';
import type { Run, RunStatus } from '../../src/domain/run/run.ts';
import { followRun } from '../../src/app/run/run-watch.ts';
import { createTestApp, type TestApp } from '../app/test-app.ts';

async function reach({ ctx }: TestApp, { id }: Run, status: RunStatus): Promise<void> {
  for await (const { run } of followRun(ctx, id, { afterSeq: 0, signal: new AbortController().signal })) {
    if (run.status === status) return;
  }
}

describe('a run that must end early', () => {
  it('says which files a script wrote beside itself, and tells the kernel its imports', async () => {
    const discardedWrites = ['a.csv', 'b.csv', 'c.csv', 'd.csv', 'e.csv', 'f.csv', 'g.csv'];
    const testApp = await createTestApp(['import pandas', 'end'], {
      end: (fakeCell) => fakeCell.die({ discardedWrites }),
    });
    const { events } = await testApp.run();
    expect(events).toContainEqual({
      type: 'notice',
      text: expect.stringMatching(/a\.csv, b\.csv, c\.csv, d\.csv, e\.csv and 2 more/),
    });
    expect(testApp.requests[0]?.imports).toEqual(['pandas']);
  });

  it('names a kernel that died, and its last words', async () => {
    const testApp = await createTestApp(['fine', 'crash'], {
      crash: ({ die }) => die({ signal: 'SIGSEGV', tail: 'Segmentation fault\n' }),
    });
    const { run, events } = await testApp.run();
    expect(run.outcome).toEqual({ type: 'kernel-died', cell: 1, step: 2, signal: 'SIGSEGV' });
    expect(events).toContainEqual({ type: 'notice', cell: 1, text: 'Last output of the program:\nSegmentation fault' });
  });

  it('names the memory limit', async () => {
    const testApp = await createTestApp(['crash'], {
      crash: ({ die }) => die({ signal: 'SIGKILL', outOfMemory: true }),
    });
    expect((await testApp.run()).run.outcome).toEqual({
      type: 'kernel-died',
      cell: 0,
      step: 1,
      signal: 'SIGKILL',
      limit: 'memory',
    });
  });

  it('is interrupted at the cell limit', async () => {
    const testApp = await createTestApp(
      ['slow'],
      {
        async slow({ interrupted, raise }) {
          await interrupted;
          return raise('KeyboardInterrupt', '');
        },
      },
      { limits: { cellMs: 1 } },
    );
    expect((await testApp.run()).run.outcome).toEqual({
      type: 'timed-out',
      limit: 'cell',
      limitMs: 1,
      cell: 0,
      step: 1,
    });
  });

  it('is interrupted at the wall limit, though its cells would go on', async () => {
    const testApp = await createTestApp(
      [{ source: 'slow', tags: ['raises-exception'] }, 'never'],
      {
        async slow({ interrupted, raise }) {
          await interrupted;
          return raise('KeyboardInterrupt', '');
        },
      },
      { limits: { wallMs: 30 } },
    );
    const { run, events } = await testApp.run();
    expect(run.outcome).toMatchObject({ type: 'timed-out', limit: 'wall', limitMs: 30 });
    expect(events).not.toContainEqual({ type: 'cell-started', cell: 1 });
  });

  it('can be cancelled while it waits, starts and runs', async () => {
    const testApp = await createTestApp(['slow'], {
      async slow({ interrupted }) {
        await interrupted;
      },
    });
    const waiting = await testApp.submit();
    await cancelRun(testApp.ctx, VIEWER, waiting.id);
    expect((await testApp.log(waiting)).map(({ event }) => event.type)).toEqual(['run-queued', 'run-finished']);
    const running = await testApp.submit();
    testApp.work();
    await reach(testApp, running, 'running');
    await cancelRun(testApp.ctx, VIEWER, running.id);
    expect((await testApp.log(running)).at(-1)?.event).toEqual({
      type: 'run-finished',
      outcome: { type: 'cancelled', by: 'viewer' },
    });
  });

  it('can be cancelled before its kernel answers', async () => {
    const asked = Promise.withResolvers<void>();
    const testApp = await createTestApp(['x'], {
      async acquire({ killed }) {
        asked.resolve();
        await killed;
      },
    });
    testApp.work();
    const run = await testApp.submit();
    await asked.promise;
    await cancelRun(testApp.ctx, VIEWER, run.id);
    expect((await testApp.log(run)).map(({ event }) => event.type)).toEqual([
      'run-queued',
      'run-started',
      'run-finished',
    ]);
    expect((await testApp.ctx.runs.find(run.id))?.status).toBe('cancelled');
  });

  it('is lost when the server stops', async () => {
    const testApp = await createTestApp(['slow'], {
      async slow({ killed }) {
        await killed;
      },
    });
    const worker = testApp.work();
    const run = await testApp.submit();
    await reach(testApp, run, 'running');
    await worker.stop(0);
    expect((await testApp.ctx.runs.find(run.id))?.outcome).toEqual({ type: 'lost' });
  });

  it('says why no kernel can be had', async () => {
    const testApp = await createTestApp(['x'], {
      async acquire() {
        throw new AppError('unavailable', 'No Python was found.');
      },
    });
    expect((await testApp.run()).run.outcome).toEqual({
      type: 'failed',
      exception: { name: 'ScriptRunnerProblem', value: 'No Python was found.' },
    });
  });
});
