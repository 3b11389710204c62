import { expect, it } from 'vitest';
import { createStartQuiet } from '../../../src/kernel/supply/start-quiet.ts';

const { signal } = new AbortController();

/** A clock that passes while somebody waits by it; at these times, runs begin. */
function quietOf(...startsMs: readonly number[]) {
  let clockMs = 1_000;
  const later = startsMs.map((ms) => ms + clockMs);
  const noteUntil = (endMs: number) => {
    for (let ms = later[0]; ms !== undefined && ms <= endMs; ms = later[0]) {
      clockMs = ms;
      quiet.noteStart();
      later.shift();
    }
    clockMs = endMs;
  };
  const quiet = createStartQuiet(
    () => clockMs,
    async (ms) => noteUntil(clockMs + ms),
  );
  noteUntil(clockMs);
  /** When somebody may begin who has waited from the first moment. */
  return async (isNeeded: (atMs: number) => boolean = () => false) => {
    await quiet.wait(signal, () => isNeeded(clockMs - 1_000));
    return clockMs - 1_000;
  };
}

it.each([
  ['at once where no run has begun', [], 0],
  ['a moment after a run has begun', [0], 500],
  ['a moment after the last of several', [0, 150, 300], 800],
  ['without waiting for a run that begins later', [0, 501], 500],
  ['after some seconds where one run follows another', Array.from({ length: 40 }, (_, place) => place * 100), 3_000],
])('what is made for later begins %s', async (_, startsMs, expectedMs) => {
  expect(await quietOf(...startsMs)()).toBe(expectedMs);
});

it('where no kernel waits for the next run, one is made soon after the last has begun', async () => {
  expect(await quietOf(0, 150)(() => true)).toBe(350);
  expect(await quietOf(0, 150, 300, 450, 600)(() => true)).toBe(800);
});

it('a kernel that is needed while others wait for quiet is made soon', async () => {
  expect(await quietOf(0, 390)((atMs) => atMs >= 390)).toBe(590);
});

it('ends the wait with its signal', async () => {
  const quiet = createStartQuiet();
  quiet.noteStart();
  await expect(quiet.wait(AbortSignal.abort())).rejects.toThrow();
});
