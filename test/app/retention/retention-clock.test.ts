import { expect, it } from 'vitest';
import { doubtedJump, trustClock } from '../../../src/app/retention/retention-clock.ts';
import { planRetention } from '../../../src/app/retention/retention-plan.ts';
import { sweep } from '../../../src/app/retention/retention-sweep.ts';
import { createQueueClock } from '../../../src/worker/run-expire.ts';
import { OPERATOR, VIEWER } from '../../../src/domain/access/access.ts';
import { createTestApp } from '../test-app.ts';

const DAY_MS = 86_400_000;

it('deletes nothing for age after a jump, says so once, and still keeps number and size', async () => {
  const { ctx, run } = await createTestApp(['x']);
  const told: string[] = [];
  const later = {
    ...ctx,
    now: () => Date.now() + 60 * DAY_MS,
    log: {
      ...ctx.log,
      warn: (_details: object, text: string) => {
        told.push(text);
      },
    },
  };
  const { run: old } = await run();
  await sweep(ctx);
  expect(await sweep(later)).toMatchObject({ reports: { age: 0 } });
  expect(await sweep(later)).toMatchObject({ reports: { age: 0 } });
  expect(told).toEqual([
    expect.stringMatching(
      /^The clock went forward by 60 days at once, .* until \d{4}-\d\d-\d\d, unless an operator says that the clock is right\.$/,
    ),
  ]);
  expect((await doubtedJump(later))?.byMs).toBeGreaterThan(59 * DAY_MS);
  expect((await planRetention({ ...later, retention: { ...ctx.retention, count: 0 } }, 9)).expired).toMatchObject([
    { id: old.id, reason: 'count' },
  ]);
  await expect(trustClock(later, VIEWER)).rejects.toMatchObject({ code: 'forbidden' });
  await trustClock(later, OPERATOR);
  expect(await doubtedJump(later)).toBeUndefined();
  expect(await sweep(later)).toMatchObject({ reports: { age: 1 } });
});

it('lets reports from before the jump go in their own time, and all when the doubt is over', async () => {
  const { ctx, run } = await createTestApp(['x']);
  let days = 0;
  const moved = { ...ctx, now: () => Date.now() + days * DAY_MS, log: { ...ctx.log, warn() {} } };
  await run();
  await sweep(moved);
  const gone = [];
  for (days of [60, 60.5, 61.1]) gone.push((await sweep(moved)).reports.age);
  expect(gone).toEqual([0, 0, 1]);
});

it('ends no waiting run because the clock went forward, and each one after its real time', async () => {
  const { ctx, submit } = await createTestApp(['x'], {}, { limits: { queueMs: 60_000 } });
  const waiting = await submit();
  let [jumpMs, steadyMs] = [0, 0];
  const startMs = Date.now();
  const look = createQueueClock({ ...ctx, now: () => startMs + jumpMs + steadyMs }, () => steadyMs);
  const status = async () => (await ctx.runs.find(waiting.id))?.status;
  for ([jumpMs, steadyMs] of [
    [0, 15_000],
    [10 * DAY_MS, 30_000],
    [10 * DAY_MS, 45_000],
  ] as const) {
    await look();
    expect(await status()).toBe('queued');
  }
  steadyMs = 61_000;
  await look();
  expect(await status()).toBe('timed-out');
});
