import { describe, expect, it } from 'vitest';
import { readReport } from '../../../src/app/report/report-read.ts';
import { createReportWatch, type ReportStep } from '../../../src/app/report/report-watch.ts';
import { deleteRun } from '../../../src/app/run/run-change.ts';
import { waitForEnd, watchEvents } from '../../../src/app/run/run-watch.ts';
import { VIEWER } from '../../../src/domain/access/access.ts';
import { createTestApp } from '../test-app.ts';

const rendering = { asset: (name: string) => `/assets/${name}` };
const signal = () => new AbortController().signal;

describe('watching events', () => {
  it('replays from any place, then follows, and ends', async () => {
    const testApp = await createTestApp(['one', 'two']);
    const { run } = await testApp.run();
    const all = await testApp.log(run);
    for (const afterSeq of [0, 3, all.length]) {
      const rest = (
        await Array.fromAsync(watchEvents(testApp.ctx, VIEWER, run.id, { afterSeq, signal: signal() }))
      ).flat();
      expect(rest).toEqual(all.slice(afterSeq));
    }
  });

  it('ends when nobody listens any more, and frees its listeners', async () => {
    const testApp = await createTestApp(['one']);
    const run = await testApp.submit();
    const gone = new AbortController();
    const watching = watchEvents(testApp.ctx, VIEWER, run.id, { afterSeq: 0, signal: gone.signal });
    expect((await watching.next()).value).toHaveLength(1);
    const end = watching.next();
    gone.abort();
    expect(await end).toEqual({ done: true, value: undefined });
  });

  it('reads the log once for all readers that have the same part of it', async () => {
    const testApp = await createTestApp(['one', 'two', 'three']);
    const run = await testApp.submit();
    const READERS = 50;
    const reads: Record<'events' | 'status', number> = { events: 0, status: 0 };
    const runs = {
      ...testApp.ctx.runs,
      events: (...args: Parameters<typeof testApp.ctx.runs.events>) => {
        reads.events += 1;
        return testApp.ctx.runs.events(...args);
      },
      status: (id: string) => {
        reads.status += 1;
        return testApp.ctx.runs.status(id);
      },
    };
    const readers = Array.from({ length: READERS }, () =>
      Array.fromAsync(watchEvents({ ...testApp.ctx, runs }, VIEWER, run.id, { afterSeq: 0, signal: signal() })),
    );
    testApp.work();
    const [first, ...others] = (await Promise.all(readers)).map((batches) => batches.flat());
    for (const events of others) expect(events).toEqual(first);
    expect(first).toEqual(await testApp.log(run));
    expect(reads.events).toBeLessThan(READERS);
    expect(reads.status).toBeLessThan(READERS);
  });

  it('waits for the end with one look at the status for all, and none at the log', async () => {
    const testApp = await createTestApp(['one', 'two', 'three']);
    const run = await testApp.submit();
    const reads = { events: 0, status: 0, notified: 0 };
    const runs = {
      ...testApp.ctx.runs,
      events: (...args: Parameters<typeof testApp.ctx.runs.events>) => {
        reads.events += 1;
        return testApp.ctx.runs.events(...args);
      },
      status: (id: string) => {
        reads.status += 1;
        return testApp.ctx.runs.status(id);
      },
    };
    const unsubscribe = runs.subscribe(run.id, () => {
      reads.notified += 1;
    });
    const ctx = { ...testApp.ctx, runs };
    const waiting = Array.from({ length: 50 }, () => waitForEnd(ctx, VIEWER, run.id, signal()));
    testApp.work();
    await Promise.all(waiting);
    unsubscribe();
    expect((await testApp.ctx.runs.find(run.id))?.status).toBe('succeeded');
    expect(reads.events).toBe(0);
    // the first look, and one after each notification
    expect(reads.status).toBeLessThanOrEqual(reads.notified + 1);
    await waitForEnd(ctx, VIEWER, run.id, signal());
  });

  it('waits for the end no longer than wanted, and not for a run that was deleted', async () => {
    const testApp = await createTestApp(['one']);
    const { id } = await testApp.submit();
    await waitForEnd(testApp.ctx, VIEWER, id, AbortSignal.abort());
    const gone = new AbortController();
    const waiting = waitForEnd(testApp.ctx, VIEWER, id, gone.signal);
    gone.abort();
    await waiting;
    await expect(waitForEnd(testApp.ctx, VIEWER, 'nothing', gone.signal)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('knows no run that is not there', async () => {
    const testApp = await createTestApp(['one']);
    await expect(
      watchEvents(testApp.ctx, VIEWER, 'nothing', { afterSeq: 0, signal: signal() }).next(),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('watching a report', () => {
  it('begins with the place in the queue and ends with the outcome; its patches make the document', async () => {
    const go = Promise.withResolvers<void>();
    const testApp = await createTestApp(['one', 'wait', 'big'], {
      wait: () => go.promise,
      big: ({ say }) => say({ type: 'display', data: { 'text/html': `<b>${'x'.repeat(5000)}</b>` }, metadata: {} }),
    });
    await testApp.submit();
    const run = await testApp.submit();
    const steps: ReportStep[] = [];
    for await (const step of createReportWatch(testApp.ctx).watch(VIEWER, run.id, {
      afterSeq: 0,
      rendering,
      signal: signal(),
    })) {
      if (steps.length === 0) testApp.work();
      steps.push(step);
      go.resolve();
    }
    expect(steps[0]).toMatchObject({ position: 1, run: { status: 'queued' } });
    expect(steps.at(-1)).toMatchObject({ run: { status: 'succeeded' } });
    expect(steps.map(({ seq }) => seq)).toEqual(steps.map(({ seq }) => seq).toSorted((a, b) => a - b));
    const sent = steps
      .flatMap(({ patches }) => patches)
      .map((patch) => ('html' in patch ? patch.html : ''))
      .join('');
    expect(sent).toContain(`<b>${'x'.repeat(5000)}</b>`);
    const { html, seq } = await readReport(testApp.ctx, VIEWER, run.id, rendering);
    expect([Buffer.from(html).includes('x'.repeat(5000)), seq]).toEqual([true, steps.at(-1)?.seq]);
  });

  it('goes on after what the document shows', async () => {
    const testApp = await createTestApp(['one']);
    const { run } = await testApp.run();
    const { seq } = await readReport(testApp.ctx, VIEWER, run.id, rendering);
    const steps = await Array.fromAsync(
      createReportWatch(testApp.ctx).watch(VIEWER, run.id, { afterSeq: seq, rendering, signal: signal() }),
    );
    expect(steps).toMatchObject([{ seq, patches: [], run: { status: 'succeeded' } }]);
  });

  it('is gone when it was deleted', async () => {
    const testApp = await createTestApp(['one']);
    const { run } = await testApp.run();
    await deleteRun(testApp.ctx, VIEWER, run.id);
    await expect(readReport(testApp.ctx, VIEWER, run.id, rendering)).rejects.toMatchObject({ code: 'gone' });
    await expect(
      createReportWatch(testApp.ctx).watch(VIEWER, run.id, { afterSeq: 0, rendering, signal: signal() }).next(),
    ).rejects.toMatchObject({ code: 'gone' });
  });
});
