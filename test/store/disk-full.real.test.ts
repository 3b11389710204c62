/** A full disk: a small file system of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWorker } from '../../src/worker/run-worker.ts';
import { submitRun } from '../../src/app/run/run-submit.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { newId } from '../../src/compose/compose.ts';
import { openStore } from '../../src/store/open.ts';
import { createTestApp } from '../app/test-app.ts';
import type { CellScript } from '../app/fake-kernel.ts';

const canMount =
  process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const MEGABYTE = 1_000_000;

/** Fills the disk. */
function fill(folder: string): void {
  const file = openSync(join(folder, 'ballast'), 'w');
  for (const size of [MEGABYTE, 4096, 1])
    for (let full = false; !full;) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch {
        full = true;
      }
    }
  closeSync(file);
}
const free = (folder: string) => rmSync(join(folder, 'ballast'));

describe.skipIf(!canMount)('a full disk (needs root mounts)', () => {
  let disk: string;
  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', disk]);
  });
  afterEach(async () => {
    execFileSync('umount', ['--lazy', disk]);
    await rm(disk, { recursive: true });
  });

  async function openStand(cellScripts: Record<string, CellScript>, cells: string[], diskReserveBytes: number) {
    const store = await openStore(join(disk, 'data'), { retainMs: 86_400_000 });
    const testApp = await createTestApp(cells, cellScripts);
    const ctx = {
      ...testApp.ctx,
      ...store,
      newId,
      limits: { ...testApp.ctx.limits, outputBytes: 1e9, artifactBytes: 1e9, diskReserveBytes },
      log: { info() {}, warn() {}, error() {} },
    };
    const worker = createWorker(ctx);
    worker.start();
    const ended = async (id: string): Promise<Run> => {
      const find = async () => (await ctx.runs.find(id)) as Run;
      return new Promise((resolve) => {
        const look = () =>
          void find().then((run) => {
            if (run.outcome !== undefined) {
              stop();
              resolve(run);
            }
          });
        const stop = ctx.runs.subscribe(id, look);
        look();
      });
    };
    const submit = async () => (await submitRun(ctx, VIEWER, { script: 'sales', values: {}, trigger: 'form' })).run;
    const close = async () => {
      await worker.stop(0);
      await store.close();
    };
    return { ctx, submit, ended, close };
  }

  it('refuses runs while less is free than must be, and takes them again by itself', async () => {
    const { ctx, submit, ended, close } = await openStand({}, ['one'], 4 * MEGABYTE);
    // a look at the disk is shared for a moment
    const seen = (isFull: boolean) => vi.waitFor(async () => expect((await ctx.freeBytes()) === 0).toBe(isFull));
    fill(disk);
    await seen(true);
    await expect(submit()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('disk is almost full: 0 B are free, and 4 MB are required'),
    });
    free(disk);
    await seen(false);
    expect((await ended((await submit()).id)).outcome).toEqual({ type: 'succeeded' });
    await close();
  });

  it.each(['output', 'stream'])('ends a run whose %s finds no room, says why, and harms nothing', async (what) => {
    let turn = 0;
    const show: CellScript = async ({ say, print }) => {
      turn += 1;
      if (turn !== 2) return print('small');
      fill(disk);
      if (what === 'output') await say({ type: 'display', data: { 'text/html': 'x'.repeat(MEGABYTE) }, metadata: {} });
      else for (let line = 0; line < 200; line += 1) await print(`${line} ${'y'.repeat(50_000)}\n`);
      // the space that the run took must not prevent its outcome from being stored for ever
      free(disk);
    };
    const first = await openStand({ show }, ['show'], 0);
    const before = await first.ended((await first.submit()).id);
    const broken = await first.submit();
    const ended = await first.ended(broken.id);
    expect(ended.outcome).toEqual({
      type: 'failed',
      cell: 0,
      step: 1,
      exception: {
        name: 'ScriptRunnerProblem',
        value: 'The server’s disk is full. Ask whoever runs it to free some space.',
      },
    });
    expect((await first.ended((await first.submit()).id)).outcome).toEqual({ type: 'succeeded' });
    await first.close();
    const second = await openStand({}, ['show'], 0);
    expect(await second.ctx.runs.find(before.id)).toMatchObject({ status: 'succeeded' });
    expect((await second.ctx.runs.events(broken.id, 0, 1000)).events.at(-1)?.event).toMatchObject({
      type: 'run-finished',
    });
    await second.close();
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(join(disk, 'data/runs.db'), { readonly: true });
    expect(database.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  });

  it('answers what is asked of it, and refuses to change anything, until there is room', async () => {
    const { ctx, submit, ended, close } = await openStand({}, ['one'], 0);
    const { id } = await ended((await submit()).id);
    fill(disk);
    const outcomes = [];
    // SQLite first fills space that it has already, so the error may come only after some runs
    for (let count = 0; count < 200; count += 1)
      outcomes.push(
        await submit().then(
          () => 'taken',
          ({ code, message }) => `${code} ${message}`,
        ),
      );
    expect(new Set(outcomes)).toContain(
      'unavailable The server’s disk is full. Ask whoever runs it to free some space.',
    );
    expect(new Set(outcomes.filter((one) => one !== 'taken')).size).toBeLessThanOrEqual(2);
    expect(await ctx.runs.find(id)).toMatchObject({ status: 'succeeded' });
    free(disk);
    await ctx.runs.pin(id, true);
    expect(await ctx.runs.find(id)).toMatchObject({ pinned: true });
    await close();
  });
});
