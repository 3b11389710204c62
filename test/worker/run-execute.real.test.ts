import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { cancelRun } from '../../src/app/run-change.ts';
import { followRun } from '../../src/app/run-watch.ts';
import { openArtifact } from '../../src/app/artifact-read.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { createBench } from '../kernel/fixture.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../app/test-app.ts';
import type { CellText } from '../app/notebook-bytes.ts';

async function realStand(cells: readonly (string | CellText)[], options: TestAppOptions = {}): Promise<TestApp> {
  const { supplier, scripts } = await createBench();
  return createTestApp(cells, {}, { ...options, kernels: supplier, directory: scripts });
}

const textOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'stream-appended' ? [event.text] : [])).join('');

it('runs a notebook with inputs, a password, results and downloads', async () => {
  const testApp = await realStand(
    [
      { source: 'region: str = "EU"\nkey: str = ""', tags: ['parameters'] },
      'import script_runner\nprint(region, len(key), script_runner.params["key"])',
      'script_runner.progress(0.5, "Half")\nscript_runner.result("revenue", 12.5)',
      'script_runner.download([{"a": 1, "b": "ü"}], "ta/ble.csv")\nopen(__import__("os").environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/plain.txt", "w").write("hi " + key)',
      'script_runner.stop("Enough.")',
      'print("never")',
    ],
    { metadata: { script_runner: { parameters: { properties: { key: { type: 'string', format: 'password' } } } } } },
  );
  const { run, events } = await testApp.run({ region: 'US', key: 'correct-horse-7' });
  expect(textOf(events)).toBe('US 15 •••\n');
  expect(run).toMatchObject({
    status: 'succeeded',
    outcome: { message: 'Enough.' },
    progress: { fraction: 0.5, text: 'Half' },
    results: [{ name: 'revenue', value: 12.5 }],
    artifacts: [{ mime: 'text/csv' }, { name: 'plain.txt', mime: 'text/plain' }],
  });
  const { stream } = await openArtifact(testApp.ctx, VIEWER, run.id, 'plain.txt');
  expect(String(Buffer.concat(await Array.fromAsync(stream)))).toBe('hi •••');
});

it('offers the variables of a classic notebook, and says which is missing', async () => {
  const rows = { source: 'title|Classic\ndownload|table\ndownload|missing', type: 'markdown' as const };
  const testApp = await realStand([rows, 'import pandas\ntable = pandas.DataFrame({"a": [1, 2]})']);
  const { run, events } = await testApp.run();
  expect(run).toMatchObject({ status: 'succeeded', artifacts: [{ name: 'table.csv', mime: 'text/csv' }] });
  expect(JSON.stringify(events)).toContain('missing');
});

it('hears a flood to its end and keeps little of it', async () => {
  const testApp = await realStand(['for i in range(200_000): print("x" * 50)', 'print("after", flush=True)', '1/0'], {
    limits: { outputBytes: 200_000 },
  });
  const { run, events } = await testApp.run();
  expect(textOf(events)).toHaveLength(200_000);
  expect(run.outcome).toMatchObject({ type: 'failed', cell: 2, exception: { name: 'ZeroDivisionError' } });
  expect(events.filter(({ type }) => type === 'notice')).toHaveLength(1);
  expect((await testApp.log(run)).length).toBeLessThan(200);
}, 120_000);

it('ends what ignores interrupts', async () => {
  const testApp = await realStand(
    [
      'import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint("going", flush=True)\nwhile True: time.sleep(0.1)',
    ],
    { limits: { cellMs: 1500 } },
  );
  const { run } = await testApp.run();
  expect(run.outcome).toEqual({ type: 'timed-out', limit: 'cell', limitMs: 1500, cell: 0, step: 1 });
}, 60_000);

it('ends what computes and shows nothing new, with the limit’s name', async () => {
  const testApp = await realStand(['print("going", flush=True)\nwhile True: pass'], { limits: { idleMs: 3000 } });
  const { run, events } = await testApp.run();
  expect(run.outcome).toEqual({ type: 'timed-out', limit: 'idle', limitMs: 3000, cell: 0, step: 1 });
  expect(textOf(events)).toBe('going\n');
}, 60_000);

it('cancels a busy loop, and shows what was done until then', async () => {
  const testApp = await realStand(['print("going", flush=True)\nwhile True: pass']);
  testApp.work();
  const run = await testApp.submit();
  for await (const { events } of followRun(testApp.ctx, run.id, {
    afterSeq: 0,
    signal: new AbortController().signal,
  })) {
    if (events.some(({ event }) => event.type === 'stream-appended')) await cancelRun(testApp.ctx, VIEWER, run.id);
  }
  const log = (await testApp.log(run)).map(({ event }) => event);
  expect(log.at(-1)).toEqual({ type: 'run-finished', outcome: { type: 'cancelled', by: 'viewer' } });
  expect(textOf(log)).toContain('going');
}, 60_000);

it('names how a kernel died, keeps what it had said and written', async () => {
  const testApp = await realStand([
    'import os\nprint("before", flush=True)\nopen(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/half.csv", "w").write("x")',
    'import os, time\ntime.sleep(0.2)\nos._exit(3)',
  ]);
  const { run, events } = await testApp.run();
  expect(run).toMatchObject({
    outcome: { type: 'kernel-died', cell: 1, exitCode: 3 },
    artifacts: [{ name: 'half.csv' }],
  });
  expect(textOf(events)).toBe('before\n');
});

it('says what to install for a missing module', async () => {
  const testApp = await realStand(['import no_such_module_anywhere']);
  const { run, events } = await testApp.run();
  expect(run.outcome).toMatchObject({ exception: { name: 'ModuleNotFoundError' } });
  expect(events.at(-1)).toMatchObject({
    type: 'notice',
    text: expect.stringContaining('-m pip install no-such-module-anywhere'),
  });
});

it('leaves no work folder behind', async () => {
  const testApp = await realStand(['1']);
  await testApp.run();
  expect(await readdir(testApp.ctx.workDirectory)).toEqual([]);
});
