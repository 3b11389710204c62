import { describe, expect, it } from 'vitest';
import { family, readRollup } from '../../bench/memory.ts';

const process = (pid: number, parent: number) => ({ pid, parent, name: 'python', command: 'python' });

describe('memory', () => {
  it('is its own pages, and what is shared divided', () => {
    const text =
      'Rss:  40960 kB\nPss:               20480 kB\nPss_Dirty: 1 kB\nPrivate_Clean:  1024 kB\nPrivate_Dirty:  2048 kB\nSwapPss: 0 kB\n';
    expect(readRollup(text)).toEqual({ privateMb: 3, dividedMb: 20 });
    expect(readRollup('')).toEqual({ privateMb: 0, dividedMb: 0 });
  });

  it('of a family counts all that it started, in whatever order they are listed', () => {
    const all = [process(5, 4), process(4, 2), process(2, 1), process(3, 1), process(1, 0)];
    expect(
      family(2, all)
        .map(({ pid }) => pid)
        .sort(),
    ).toEqual([2, 4, 5]);
    expect(family(99, all)).toEqual([]);
  });
});
