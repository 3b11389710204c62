/** The limit of time without output, with a clock that the test moves. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTestApp } from '../test-app.ts';
import type { CellScript, FakeCell } from '../fake-kernel.ts';

const LIMIT_MS = 600_000;
const limits = { idleMs: LIMIT_MS, cellMs: 100 * LIMIT_MS, wallMs: 100 * LIMIT_MS };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
});
afterEach(() => {
  vi.useRealTimers();
});

const silence = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Shows something five times, each time after nearly the whole limit, then nothing for `lastMs`. */
const slow =
  (show: (fakeCell: FakeCell) => Promise<void>, lastMs: number): CellScript =>
  async (fakeCell) => {
    for (let times = 0; times < 5; times += 1) {
      await silence(LIMIT_MS * 0.9);
      await show(fakeCell);
    }
    await silence(lastMs);
  };
const SHOWS: readonly [string, (fakeCell: FakeCell) => Promise<void>][] = [
  ['output', (fakeCell) => fakeCell.print('.')],
  ['progress', (fakeCell) => fakeCell.announce({ type: 'progress', fraction: 0.5, text: 'Half' })],
];

it.each(SHOWS)('a run that shows %s now and then goes on', async (_what, show) => {
  const testApp = await createTestApp(['slow', 'print'], { slow: slow(show, LIMIT_MS * 0.9) }, { limits });
  expect((await testApp.run()).run).toMatchObject({ status: 'succeeded', cells: { done: 2 } });
});

it.each(SHOWS)('a run that shows %s and then nothing more ends with the limit’s name', async (_what, show) => {
  const testApp = await createTestApp(['slow'], { slow: slow(show, LIMIT_MS * 1.1) }, { limits });
  expect((await testApp.run()).run.outcome).toEqual({
    type: 'timed-out',
    limit: 'idle',
    limitMs: LIMIT_MS,
    cell: 0,
    step: 1,
  });
});

it('each cell has the time for itself', async () => {
  const testApp = await createTestApp(
    ['slow', 'slow', 'slow'],
    { slow: () => silence(LIMIT_MS * 0.9).then(() => {}) },
    { limits },
  );
  expect((await testApp.run()).run).toMatchObject({ status: 'succeeded' });
});
