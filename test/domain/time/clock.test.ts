import { expect, it } from 'vitest';
import { beforeJump, createJumpWatch, lookAtClock } from '../../../src/domain/time/clock.ts';
import type { KnownClock } from '../../../src/domain/time/clock.ts';

const DAY = 86_400_000;
const look = (...days: readonly number[]) =>
  days.reduce<KnownClock | undefined>((before, day) => lookAtClock(before, day * DAY), undefined);

it('takes steps of up to three days for time that passed, and longer ones for a jump', () => {
  expect(look(100)).toEqual({ knownMs: 100 * DAY });
  expect(look(100, 103)).toEqual({ knownMs: 103 * DAY });
  expect(look(100, 160)).toEqual({ knownMs: 160 * DAY, jump: { toMs: 160 * DAY, byMs: 60 * DAY } });
});

it('doubts a jump for a week, through small corrections, and no more once the clock was set back', () => {
  expect(look(100, 160, 161.5, 164, 166.9)?.jump?.byMs).toBe(60 * DAY);
  expect(look(100, 160, 159.99, 160.01)?.jump?.byMs).toBe(60 * DAY);
  expect(look(100, 160, 162, 164, 166, 167)?.jump).toBeUndefined();
  expect(look(100, 160, 100.1)?.jump).toBeUndefined();
  expect(look(100, 160, 166)?.jump).toEqual({ toMs: 166 * DAY, byMs: 66 * DAY });
  expect(look(100, 50)?.jump).toBeUndefined();
});

it('goes by the old clock as long as that may matter', () => {
  const jump = { toMs: 1000, byMs: 900 };
  expect([beforeJump(undefined, 1005, 10), beforeJump(jump, 1005, 10), beforeJump(jump, 1010, 10)]).toEqual([
    1005, 105, 1010,
  ]);
});

it('tells a jump from time that passes, and adds jumps up', () => {
  const watch = createJumpWatch(0, 0);
  expect(watch(15_000, 15_000)).toBeUndefined();
  expect(watch(30_500, 30_000)).toBeUndefined();
  expect(watch(3_645_500, 45_000)).toEqual({ toMs: 3_645_500, byMs: 3_600_000 });
  expect(watch(3_660_500, 60_000)?.byMs).toBe(3_600_000);
  expect(watch(60_500, 60_100)?.byMs).toBe(3_600_000);
  expect(watch(7_260_500, 60_200)).toEqual({ toMs: 7_260_500, byMs: 3_600_000 + 7_199_900 });
});
