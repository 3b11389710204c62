import { describe, expect, it } from 'vitest';
import { inTurns, summary } from '../../bench/measure.ts';

describe('a summary', () => {
  it('tells the median and what one in ten and one in a hundred exceed', () => {
    const all = Array.from({ length: 101 }, (_, index) => 100 - index);
    expect(summary(all)).toEqual({ medianMs: 50, p10Ms: 10, p90Ms: 90, p99Ms: 99, count: 101 });
  });

  it('takes what lies between two numbers where the place does', () => {
    expect(summary([10, 20])).toMatchObject({ medianMs: 15, p10Ms: 11, p90Ms: 19, count: 2 });
    expect(summary([7])).toEqual({ medianMs: 7, p10Ms: 7, p90Ms: 7, p99Ms: 7, count: 1 });
  });

  it('does not sort by letters, and has no number for nothing', () => {
    expect(summary([9, 10, 100]).medianMs).toBe(10);
    expect(summary([])).toMatchObject({ medianMs: NaN, count: 0 });
  });
});

describe('turns', () => {
  it('begin with another side each round, and the first round does not count', async () => {
    const order: string[] = [];
    const side = (name: string) => async () => order.push(name) * 100;
    const { a, b } = await inTurns(2, { a: side('a'), b: side('b') });
    expect(order.join('')).toBe('abbaab');
    expect([a, b]).toMatchObject([
      { medianMs: 450, count: 2 },
      { medianMs: 450, count: 2 },
    ]);
  });
});
