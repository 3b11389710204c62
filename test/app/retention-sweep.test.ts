import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepRun } from '../../src/app/run-keep.ts';
import { readReport } from '../../src/app/report-read.ts';
import { sweep } from '../../src/app/retention-sweep.ts';
import { VIEWER } from '../../src/domain/access.ts';
import { createStand } from './fixture.ts';
import type { Play } from './played-kernel.ts';

const DAY_MS = 86_400_000;
const show: Play = ({ say, request }) => say({ type: 'display', data: { 'text/html': request.runId.padEnd(5000, '.') }, metadata: {} });
const asset = (name: string) => `/assets/${name}`;

it('deletes what has expired with its bytes, keeps what is kept, and says what it would do first', async () => {
  const stand = await createStand(['show'], { show });
  const { run: old } = await stand.run();
  const { run: kept } = await stand.run();
  await keepRun(stand.ctx, VIEWER, kept.id, true);
  const later = { ...stand.ctx, now: () => Date.now() + 2 * DAY_MS };
  expect(await sweep(stand.ctx, { dryRun: false })).toEqual({ reports: [], blobs: { count: 0, sizeBytes: 0 }, folders: [] });
  expect((await sweep(later, { dryRun: true })).reports).toMatchObject([{ run: { id: old.id }, reason: 'age' }]);
  expect((await stand.ctx.runs.find(old.id))?.deletedAtMs).toBeUndefined();
  expect(await sweep(later, { dryRun: false })).toMatchObject({ reports: [{ run: { id: old.id } }], blobs: { count: 1, sizeBytes: 5000 } });
  await expect(readReport(stand.ctx, VIEWER, old.id, { asset })).rejects.toMatchObject({ code: 'gone' });
  expect((await readReport(stand.ctx, VIEWER, kept.id, { asset })).html).toContain(kept.id.padEnd(5000, '.'));
});

it('goes by the time that the script asks for, and by size', async () => {
  const stand = await createStand(['show'], { show }, { metadata: { script_runner: { retain_days: 10 } } });
  const { run } = await stand.run();
  const later = { ...stand.ctx, now: () => Date.now() + 2 * DAY_MS };
  expect((await sweep(later, { dryRun: false })).reports).toEqual([]);
  const small = { ...later, limits: { ...stand.ctx.limits, retainBytes: 100 } };
  expect((await sweep(small, { dryRun: false })).reports).toMatchObject([{ run: { id: run.id }, reason: 'size' }]);
});

it('removes what crashed runs left, but not the folder of a run that goes on', async () => {
  const stand = await createStand(['x']);
  const waiting = await stand.submit();
  for (const name of ['crashed', waiting.id]) await mkdir(join(stand.ctx.workDirectory, name, 'output'), { recursive: true });
  expect((await sweep(stand.ctx, { dryRun: false })).folders).toEqual(['crashed']);
  expect(await readdir(stand.ctx.workDirectory)).toEqual([waiting.id]);
});
