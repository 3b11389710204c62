import { expect, test } from 'vitest';
import { createDescriptorCount } from '../../src/system/descriptor-count.ts';

test.each<[what: string, limit: number, afterMs: number, counts: number]>([
  ['is not counted again at once where there is room', 10_000, 99, 1],
  ['is counted again a moment later', 10_000, 100, 2],
  ['is counted each time where few may be opened', 4_000, 1, 2],
  ['is not counted again at once without a limit', Infinity, 1, 1],
])('what is open %s', (_what, limit, afterMs, counts) => {
  let [nowMs, used] = [0, 0];
  const count = createDescriptorCount(
    () => ({ limit, used: (used += 1) }),
    () => nowMs,
  );
  expect(count()).toEqual({ limit, used: 1 });
  nowMs = afterMs;
  expect(count()).toEqual({ limit, used: counts });
});
