import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keepRun } from '../../../src/app/run/run-change.ts';
import { readReport } from '../../../src/app/report/report-read.ts';
import { createRetentionPlanner, planRetention } from '../../../src/app/retention/retention-plan.ts';
import { sweep } from '../../../src/app/retention/retention-sweep.ts';
import { removeFolder } from '../../../src/disk/folder-removal.ts';
import { createFolderRemover } from '../../../src/disk/folder-remover.ts';
import { VIEWER } from '../../../src/domain/access/access.ts';
import { createTestApp } from '../test-app.ts';
import type { CellScript } from '../fake-kernel.ts';

const DAY_MS = 86_400_000;
const NONE = { age: 0, count: 0, size: 0 };
const show: CellScript = ({ say, request }) =>
  say({ type: 'display', data: { 'text/html': request.runId.padEnd(5000, '.') }, metadata: {} });
const same: CellScript = ({ say }) =>
  say({ type: 'display', data: { 'text/html': ''.padEnd(5000, '.') }, metadata: {} });
const asset = (name: string) => `/assets/${name}`;

/** As if nothing had been changed in the folder for a while. */
async function age(folder: string): Promise<void> {
  const longAgo = Date.now() / 1000 - 90;
  await utimes(folder, longAgo, longAgo);
}

it('deletes what has expired with its bytes, keeps what is kept, and says what it would do first', async () => {
  const testApp = await createTestApp(['show'], { show });
  const { run: old } = await testApp.run();
  const { run: kept } = await testApp.run();
  await keepRun(testApp.ctx, VIEWER, kept.id, true);
  const later = { ...testApp.ctx, now: () => Date.now() + 2 * DAY_MS };
  expect(await sweep(testApp.ctx)).toMatchObject({ reports: NONE, bytes: 0, folders: [], more: false });
  const { expired } = await planRetention(later, 10);
  expect(expired).toMatchObject([{ id: old.id, reason: 'age' }]);
  expect((await testApp.ctx.runs.find(old.id))?.deletedAtMs).toBeUndefined();
  expect(await sweep(later)).toMatchObject({ reports: { ...NONE, age: 1 }, bytes: expired[0]?.bytes, files: 1 });
  await expect(readReport(testApp.ctx, VIEWER, old.id, { asset })).rejects.toMatchObject({ code: 'gone' });
  expect(String(Buffer.from((await readReport(testApp.ctx, VIEWER, kept.id, { asset })).html))).toContain(
    kept.id.padEnd(5000, '.'),
  );
  expect(await testApp.ctx.runs.clearings(9)).toMatchObject([
    { reports: { ...NONE, age: 1 }, bytes: expired[0]?.bytes },
  ]);
});

it('keeps bytes that reports share until the last of them goes', async () => {
  const testApp = await createTestApp(['same'], { same });
  const { run: kept } = await testApp.run();
  await testApp.run();
  await keepRun(testApp.ctx, VIEWER, kept.id, true);
  const later = { ...testApp.ctx, now: () => Date.now() + 2 * DAY_MS };
  expect(await sweep(later)).toMatchObject({ reports: { age: 1 }, files: 0 });
  expect(String(Buffer.from((await readReport(testApp.ctx, VIEWER, kept.id, { asset })).html))).toContain(
    ''.padEnd(5000, '.'),
  );
  await keepRun(testApp.ctx, VIEWER, kept.id, false);
  expect(await sweep(later)).toMatchObject({ reports: { age: 1 }, files: 2 });
});

it('keeps the parameters’ file that reports share until the last of them goes', async () => {
  const testApp = await createTestApp(['x']);
  testApp.sidecars.set('sales', Buffer.from('{}'));
  const { run: kept } = await testApp.run();
  await testApp.run();
  await keepRun(testApp.ctx, VIEWER, kept.id, true);
  const later = { ...testApp.ctx, now: () => Date.now() + 2 * DAY_MS };
  expect(await sweep(later)).toMatchObject({ reports: { age: 1 }, files: 0 });
  expect((await readReport(testApp.ctx, VIEWER, kept.id, { asset })).seq).toBeGreaterThan(0);
  await keepRun(testApp.ctx, VIEWER, kept.id, false);
  expect(await sweep(later)).toMatchObject({ reports: { age: 1 }, files: 2 });
  expect(await testApp.ctx.blobs.get(kept.sidecar?.hash ?? '')).toBeUndefined();
});

it('goes by the time, number and size that the script asks for', async () => {
  const testApp = await createTestApp(
    ['show'],
    { show },
    { metadata: { script_runner: { retain_days: 10, retain_count: 2, retain_bytes: '1MB' } } },
  );
  for (let count = 0; count < 3; count += 1) await testApp.run();
  const later = { ...testApp.ctx, now: () => Date.now() + 2 * DAY_MS };
  expect((await sweep(testApp.ctx)).reports).toEqual(NONE);
  expect((await sweep(later)).reports).toEqual({ ...NONE, count: 1 });
  const small = {
    ...later,
    retention: { ...testApp.ctx.retention, rules: (script: string) => (script === 'sales' ? { bytes: 6000 } : {}) },
  };
  expect((await sweep(small)).reports).toEqual({ ...NONE, size: 1 });
});

it('adds up what reports take once for several passes, also with files that reports share', async () => {
  const testApp = await createTestApp(['show', 'same'], { show, same });
  for (let count = 0; count < 6; count += 1) await testApp.run();
  let sums = 0;
  const holdings: typeof testApp.ctx.runs.holdings = (...args) => {
    sums += 1;
    return testApp.ctx.runs.holdings(...args);
  };
  const later = { ...testApp.ctx, now: () => Date.now() + DAY_MS / 2, runs: { ...testApp.ctx.runs, holdings } };
  const { all } = await testApp.ctx.runs.holdings();
  const one =
    (await planRetention({ ...later, retention: { ...later.retention, count: 5 } }, 1)).expired[0]?.bytes ?? 0;
  const ctx = { ...later, retention: { ...later.retention, bytes: all.bytes - 3 * one } };
  const wanted = (await planRetention(ctx, 10)).expired;
  expect(wanted.length).toBeGreaterThan(1);
  sums = 0;
  const planner = createRetentionPlanner(ctx);
  const passes = [];
  do passes.push(await sweep(ctx, { most: 1, planner }));
  while (passes.at(-1)?.more === true);
  expect(passes.map(({ reports }) => reports.size)).toEqual(wanted.map(() => 1));
  expect(sums).toBe(1);
  for (const { id } of wanted) expect((await testApp.ctx.runs.find(id))?.deletedAtMs).toBeDefined();
  expect((await planRetention(ctx, 10)).expired).toEqual([]);
});

it('goes on with the next pass, and lets everything else have its turn', async () => {
  const testApp = await createTestApp(['x']);
  const { runs } = testApp.ctx;
  for (let count = 0; count < 130; count += 1) {
    const { run } = await runs.create({ ...(await bare(testApp)), id: `r${count}` }, 1, 1e6);
    await runs.requestCancel(run.id, 'ana', 2);
  }
  // Requested before the sweep requests its own turn: done before the next reports are deleted, unless the sweep keeps
  // its turn.
  const turns: string[] = [];
  const watched = {
    ...testApp.ctx,
    runs: {
      ...runs,
      expire: async (...args: Parameters<typeof runs.expire>) => {
        turns.push('reports');
        const erased = await runs.expire(...args);
        setImmediate(() => turns.push('others'));
        return erased;
      },
    },
  };
  const first = await sweep(watched, { most: 120 });
  expect([first.reports.age, first.more]).toEqual([120, true]);
  expect(turns).toEqual(Array.from({ length: 2 }, () => ['reports', 'others']).flat());
  expect(await sweep(testApp.ctx, { most: 120 })).toMatchObject({ reports: { ...NONE, age: 10 }, more: false });
});

async function bare({ ctx }: Awaited<ReturnType<typeof createTestApp>>) {
  const { script } = await ctx.scripts.read('sales');
  return {
    id: '',
    script: script.name,
    title: 'x',
    revision: script.revision,
    revisionBytes: 9,
    given: {},
    parameters: {},
    secrets: {},
    by: 'viewer',
    trigger: 'form' as const,
    timezone: 'UTC',
    serverVersion: '1',
  };
}

it('removes what crashed runs left, but not the folder of a run that goes on', async () => {
  const testApp = await createTestApp(['x']);
  const waiting = await testApp.submit();
  for (const name of ['crashed', waiting.id]) {
    await mkdir(join(testApp.ctx.workDirectory, name, 'output'), { recursive: true });
    await age(join(testApp.ctx.workDirectory, name));
  }
  expect((await sweep(testApp.ctx)).folders).toEqual(['crashed']);
  expect(await readdir(testApp.ctx.workDirectory)).toEqual([waiting.id]);
});

it('goes on beside a folder that cannot be removed, and counts what is in it as storage', async () => {
  const testApp = await createTestApp(['show'], { show });
  const { run } = await testApp.run();
  const work = testApp.ctx.workDirectory;
  await expect.poll(() => readdir(work), { timeout: 30_000 }).toEqual([]);
  for (const name of ['crashed', 'odd', 'stuck', 'starting']) await mkdir(join(work, name));
  await writeFile(join(work, 'stuck', 'file'), 'x'.repeat(100_000));
  for (const name of ['crashed', 'odd', 'stuck']) await age(join(work, name));
  let isStuck = true;
  const folders = createFolderRemover({
    removal: async (folder) => {
      if (isStuck && folder.endsWith('stuck')) throw new Error('busy');
      await removeFolder(folder);
    },
  });
  onTestFinished(folders.close);
  const ctx = { ...testApp.ctx, folders, retention: { ...testApp.ctx.retention, bytes: 50_000 } };
  const first = await sweep(ctx);
  expect([first.reports, [...first.folders].sort()]).toEqual([NONE, ['crashed', 'odd']]);
  const later = { ...ctx, now: () => Date.now() + 7_200_000 };
  expect((await planRetention(later, 10)).expired).toMatchObject([{ id: run.id, reason: 'size' }]);
  isStuck = false;
  expect(await sweep(later)).toMatchObject({ reports: NONE, folders: ['stuck'] });
  // it has no run yet, but may be about to get one
  expect(await readdir(work)).toEqual(['starting']);
});
