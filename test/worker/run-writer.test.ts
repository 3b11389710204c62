import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { createRunWriter } from '../../src/worker/run-writer.ts';
import { createTestApp } from '../app/test-app.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A writer of a run that has been claimed, with what each of its commits holds, and its failures. */
async function openWriter(check: (events: readonly RunEvent[]) => void = () => undefined) {
  const { ctx, submit } = await createTestApp(['one']);
  await submit();
  const claim = await ctx.runs.claim('worker', 1, {});
  const commits: (string | string[])[] = [];
  const append: typeof ctx.runs.append = async (id, attempt, events, atMs) => {
    check(events);
    const stored = await ctx.runs.append(id, attempt, events, atMs);
    commits.push(events.map(({ type }) => type));
    return stored;
  };
  const writer = createRunWriter({ ...ctx, runs: { ...ctx.runs, append } }, claim!, (error) => {
    commits.push((error as Error).message);
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

test('the end of a run is one commit with what waits before it', async () => {
  const { writer, commits } = await openWriter();
  await writer.write(started);
  await writer.write(finished);
  expect(await writer.finish({ type: 'run-finished', outcome: { type: 'succeeded' } })).toBe(true);
  expect(commits).toEqual([['cell-started', 'cell-finished', 'run-finished']]);
});

test('the end of a run is not written where something before it could not be', async () => {
  const { writer, commits } = await openWriter((events) => {
    if (events.includes(printed)) throw new Error('The disk is full.');
  });
  await writer.write(printed);
  await writer.write(finished);
  expect(await writer.finish({ type: 'run-finished', outcome: { type: 'succeeded' } })).toBe(false);
  expect(commits).toEqual(['The disk is full.']);
});
