/** All readers who watch a running run share the work that it causes. */
import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { readReport } from '../../../src/app/report/report-read.ts';
import { createReportWatch, type ReportStep } from '../../../src/app/report/report-watch.ts';
import { followRun } from '../../../src/app/run/run-watch.ts';
import { VIEWER } from '../../../src/domain/access/access.ts';
import type { RunStore } from '../../../src/domain/run/run-store.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { applyPatch, withoutGaps } from '../../render/patched.ts';
import { createTestApp, type TestApp } from '../test-app.ts';

const rendering = { asset: (name: string) => `/assets/${name}` };
const signal = () => new AbortController().signal;

/** Cells that each wait until the test lets them continue. */
async function createRunning(cells: number) {
  const gates = Array.from({ length: cells }, () => Promise.withResolvers<void>());
  const cellScripts = gates.map(
    ({ promise }, index) =>
      [
        `cell ${index}`,
        async ({ print }: { print(text: string): Promise<void> }) => {
          await print(`begins ${index}\n`);
          await promise;
          await print(`ends ${index}\n`);
        },
      ] as const,
  );
  const testApp = await createTestApp(
    cellScripts.map(([source]) => source),
    Object.fromEntries(cellScripts),
  );
  return { testApp, open: (from: number, to: number) => gates.slice(from, to).forEach(({ resolve }) => resolve()) };
}

async function reach({ ctx }: TestApp, { id }: Run, cell: number): Promise<void> {
  for await (const { events } of followRun(ctx, id, { afterSeq: 0, signal: signal() })) {
    if (events.some(({ event }) => event.type === 'cell-started' && event.cell === cell)) return;
  }
}

/** The document that a reader has at the end. */
function patched(html: string, steps: readonly ReportStep[]): string {
  const { document } = parseHTML(html);
  for (const { patches } of steps) for (const patch of patches) applyPatch(document, patch);
  return withoutGaps(document);
}

it('shows everybody the same, whenever they came, and reads the log for all of them once', async () => {
  const { testApp, open } = await createRunning(6);
  const run = await testApp.submit();
  let looks = 0;
  const runs: RunStore = Object.assign(Object.create(testApp.ctx.runs) as RunStore, {
    // on a slow machine, the one who reads for all looks more often and finds nothing
    events: async (...question: Parameters<RunStore['events']>) => {
      const found = await testApp.ctx.runs.events(...question);
      if (found.events.length > 0) looks += 1;
      return found;
    },
  });
  const { watch } = createReportWatch({ ...testApp.ctx, runs });
  const document = async () => {
    const { html, seq } = await readReport(testApp.ctx, VIEWER, run.id, rendering);
    return { html: Buffer.from(html).toString(), seq };
  };
  /** Settles when it has its first step. */
  const begin = async ({ html, seq }: { html: string; seq: number }) => {
    const going = watch(VIEWER, run.id, { afterSeq: seq, rendering, signal: signal() });
    const first = await going.next();
    if (first.done === true) throw new Error('A reader gets at least one step.');
    return async () => ({ html, steps: [first.value, ...(await Array.fromAsync(going))] });
  };

  const first = await document();
  // Only those who came before the run began have missed nothing.
  const begun = await Promise.all(Array.from({ length: 60 }, () => begin(first)));
  const early = begun.map((finish) => finish());
  testApp.work();
  open(0, 3);
  await reach(testApp, run, 3);
  const late = [document(), first].map(async (shown) => (await begin(await shown))());
  open(3, 6);
  const readers = await Promise.all([...early, ...late]);

  const { html, seq } = await document();
  expect(html).toContain('ends 5');
  for (const { steps } of readers) expect(steps.at(-1)).toMatchObject({ seq, run: { status: 'succeeded' } });
  const expected = withoutGaps(parseHTML(html).document);
  for (const { html: before, steps } of readers) expect(patched(before, steps)).toBe(expected);
  // Each reader reads its own document once, and late ones what they missed; the rest is read for all, with at most one
  // look per event.
  const events = (await testApp.log(run)).length;
  expect(looks).toBeLessThanOrEqual(readers.length + late.length + events);
  // Without sharing, each would have read its own document, what happened then, and the end.
  expect(readers.length * 3).toBeGreaterThan(readers.length + late.length + events);
});

it('goes on for the others when one leaves, and begins anew after the last', async () => {
  const { testApp, open } = await createRunning(2);
  const run = await testApp.submit();
  const { watch } = createReportWatch(testApp.ctx);
  const leaving = new AbortController();
  const [short, long] = [leaving.signal, signal()].map((each) =>
    watch(VIEWER, run.id, { afterSeq: 0, rendering, signal: each }),
  );
  await Promise.all([short!.next(), long!.next()]);
  const end = short!.next();
  leaving.abort();
  expect(await end).toEqual({ done: true, value: undefined });
  testApp.work();
  open(0, 1);
  expect((await long!.next()).value).toMatchObject({ run: { id: run.id } });
  await long!.return(undefined);
  open(1, 2);
  const steps = await Array.fromAsync(watch(VIEWER, run.id, { afterSeq: 0, rendering, signal: signal() }));
  expect(steps.at(-1)).toMatchObject({ run: { status: 'succeeded' } });
});

it('tells everybody when the log cannot be read', async () => {
  const { testApp } = await createRunning(1);
  const run = await testApp.submit();
  let broken = false;
  const runs: RunStore = Object.assign(Object.create(testApp.ctx.runs) as RunStore, {
    events: async (...question: Parameters<RunStore['events']>) => {
      if (broken) throw new Error('The disk is gone.');
      return testApp.ctx.runs.events(...question);
    },
  });
  const { watch } = createReportWatch({ ...testApp.ctx, runs });
  const readers = [1, 2].map(() => watch(VIEWER, run.id, { afterSeq: 0, rendering, signal: signal() }));
  for (const reader of readers) await reader.next();
  broken = true;
  for (const reader of readers) await expect(Array.fromAsync(reader)).rejects.toThrow('The disk is gone.');
});
