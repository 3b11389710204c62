import { describe, expect, it } from 'vitest';
import { shareLook } from '../../src/store/shared-look.ts';

function counted(results: (() => Promise<string>)[]) {
  let calls = 0;
  const clock = { nowMs: 0 };
  const look = shareLook(
    () => {
      calls += 1;
      return results[calls - 1]?.() ?? Promise.resolve(`answer ${calls}`);
    },
    50,
    () => clock.nowMs,
  );
  return { look, clock, calls: () => calls };
}

describe('a shared look', () => {
  it('answers all who ask before its time is over, and looks again afterwards', async () => {
    const { look, clock, calls } = counted([]);
    const answers = [await look()];
    clock.nowMs = 49;
    answers.push(...(await Promise.all([look(), look()])));
    clock.nowMs = 50;
    answers.push(await look());
    expect([answers, calls()]).toEqual([['answer 1', 'answer 1', 'answer 1', 'answer 2'], 2]);
  });

  it('shares an error, and looks again afterwards', async () => {
    const { look, clock } = counted([() => Promise.reject(new Error('the disk is gone'))]);
    await expect(look()).rejects.toThrow('the disk is gone');
    await expect(look()).rejects.toThrow('the disk is gone');
    clock.nowMs = 50;
    await expect(look()).resolves.toBe('answer 2');
  });
});
