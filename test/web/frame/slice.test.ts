import { describe, expect, it } from 'vitest';
import { inSlices } from '../../../src/web/frame/slice.ts';

/** Each piece takes longer than a slice. */
function* pieces(count: number, done: number[]): Generator<undefined> {
  for (let piece = 0; piece < count; piece += 1) {
    for (const endMs = performance.now() + 10; performance.now() < endMs;);
    done.push(piece);
    yield;
  }
}

describe('work in slices', () => {
  it('lets other work go on between the pieces, and does all of them in order', async () => {
    const done: number[] = [];
    const others: number[] = [];
    const clock = setInterval(() => others.push(done.length));
    await inSlices(pieces(5, done)).done;
    clearInterval(clock);
    expect(done).toEqual([0, 1, 2, 3, 4]);
    expect(others.some((count) => count > 0 && count < 5)).toBe(true);
  });

  it('does the rest at once when it is asked to', async () => {
    const done: number[] = [];
    const slices = inSlices(pieces(5, done));
    expect(done).toEqual([0]);
    slices.finish();
    expect(done).toHaveLength(5);
    await slices.done;
    expect(done).toHaveLength(5);
  });

  it('tells what the work throws', async () => {
    const failing = (function* () {
      yield;
      throw new Error('broken');
    })();
    await expect(inSlices(failing).done).rejects.toThrow('broken');
  });
});
