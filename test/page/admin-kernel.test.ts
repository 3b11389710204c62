/** What the operator reads about kernels that wait for open pages. */
import { expect, test } from 'vitest';
import type { InterestState } from '../../src/app/script/script-interest.ts';
import { kernelsView } from '../../src/page/admin/admin-kernel.ts';
import { viewer } from './sample.ts';

const words = (waiting: number, interest?: InterestState) =>
  kernelsView(
    {
      ready: true,
      kernels: { running: 0, waiting, expected: { waiting, hits: 0, misses: 0 }, parents: [] },
      interest,
      memory: new Map(),
      active: [],
      failures: [],
      withoutSnapshot: [],
    },
    viewer,
  ).pages;

test('for how many visitors kernels wait, and the limit only where it is reached', () => {
  expect(words(0)).toBe('');
  expect(words(1, { visitors: 0, kernels: 0, most: 2 })).toBe('');
  expect(words(1, { visitors: 1, kernels: 1, most: 2 })).toBe(
    'One visitor has the page of a script open; kernels that wait for open pages: 1.',
  );
  expect(words(2, { visitors: 2, kernels: 2, most: 2 })).not.toContain('at most');
  expect(words(2, { visitors: 5, kernels: 2, most: 2 })).toContain('2, which may be 2 at most');
});
