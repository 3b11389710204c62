import { describe, expect, it } from 'vitest';
import { describeHostile, readHostile } from './hostile.ts';

describe('the hostile notebooks', () => {
  it('say what they try and what must hold', async () => {
    const all = await readHostile();
    expect(all.map(({ name }) => name)).toContain('honest');
    for (const { tries, holds } of all)
      expect([tries, holds]).toEqual([expect.stringMatching(/\.$/), expect.any(String)]);
  });

  it.each([
    [{}, 'wrong at its top'],
    [{ hostile: { tries: 'x' } }, 'holds'],
    [{ hostile: { tries: 'x', holds: 'y', outcomes: ['success'] } }, '/outcomes/0'],
    [{ hostile: { tries: 'x', holds: 'y', nevr: [] } }, 'nevr'],
  ])('with the header %j are refused', (metadata, problem) => {
    expect(() => describeHostile('a.py', metadata)).toThrow(problem);
  });
});
