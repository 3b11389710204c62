import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { createRunWriter } from '../../src/worker/run-writer.ts';
import { createTestApp } from '../app/test-app.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A writer of a run that has been claimed, with what each of its commits holds. */
async function openWriter() {
  const { ctx, submit } = await createTestApp(['one']);
  await submit();
  const claim = await ctx.runs.claim('worker', 1, {});
  const commits: string[][] = [];
  const append: typeof ctx.runs.append = async (id, attempt, events, atMs) => {
    const stored = await ctx.runs.append(id, attempt, events, atMs);
    commits.push(events.map(({ type }) => type));
    return stored;
  };
  const writer = createRunWriter({ ...ctx, runs: { ...ctx.runs, append } }, claim!, (error) => {
    throw error;
  });
  return { writer, commits };
}

const started: RunEvent = { type: 'cell-started', cell: 0 };
const finished: RunEvent = { type: 'cell-finished', cell: 0, status: 'ok', ms: 1 };
const printed: RunEvent = { type: 'stream-appended', cell: 0, name: 'stdout', text: 'one\n' };

test('the first output is one commit with the cells before it that showed nothing; later ones follow soon', async () => {
  const { writer, commits } = await openWriter();
  for (const event of [started, finished, started]) {
    await writer.write(event);
    await vi.advanceTimersByTimeAsync(5);
  }
  expect(commits).toEqual([]);
  await writer.write(printed);
  expect(commits).toEqual([['cell-started', 'cell-finished', 'cell-started', 'stream-appended']]);
  await writer.write(finished);
  await vi.advanceTimersByTimeAsync(5);
  expect(commits.slice(1)).toEqual([['cell-finished']]);
});

test('that a cell has started is written while it shows nothing', async () => {
  const { writer, commits } = await openWriter();
  await writer.write(started);
  await vi.advanceTimersByTimeAsync(20);
  expect(commits).toEqual([['cell-started']]);
});
