/** How long what an S3 server does not answer is tried again. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { tryAgain } from '../../src/store/bucket/bucket-retry.ts';

it.each([
  ['each wait is used after quick failures', 10, 3],
  ['a store that was silent for the whole time is not asked again', 30_000, 1],
])('%s', async (_, failsAfterMs, attempts) => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let count = 0;
  const work = async () => {
    count += 1;
    vi.advanceTimersByTime(failsAfterMs);
    throw new Error('ECONNRESET');
  };
  await expect(tryAgain(work, { waitsMs: [1, 1] })).rejects.toMatchObject({ code: 'unavailable' });
  expect(count).toBe(attempts);
});
