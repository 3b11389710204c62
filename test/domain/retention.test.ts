import { describe, expect, it } from 'vitest';
import { chooseExpired } from '../../src/domain/retention.ts';
import type { Run } from '../../src/domain/run.ts';

const sized = (id: string, sizeBytes: number, expiresAtMs?: number) => ({ run: { id, expiresAtMs, endedAtMs: -4_000_000 } as unknown as Run, sizeBytes });
const CANDIDATES = [sized('a', 10, 100), sized('b', 20, 200), sized('c', 30, 300), sized('d', 40)];
const choose = (nowMs: number, excessBytes: number) => chooseExpired(CANDIDATES, { nowMs, excessBytes }).map(({ run, reason }) => `${run.id} ${reason}`);

describe('what goes by itself', () => {
  it.each([
    ['nothing, while all is young and small', 99, 0, []],
    ['what has expired, to the millisecond', 200, -1, ['a age', 'b age']],
    ['the soonest to expire, until the rest fits', 0, 30, ['a size', 'b size']],
    ['no more for size than age has not freed already', 100, 10, ['a age']],
    ['age first, then size', 100, 11, ['a age', 'b size']],
    ['in the end what has no date', 0, 1000, ['a size', 'b size', 'c size', 'd size']],
  ])('%s', (_what, nowMs, excessBytes, expected) => {
    expect(choose(nowMs, excessBytes)).toEqual(expected);
  });
});

it('never takes for its size what nobody may have seen yet', () => {
  const young = { ...sized('young', 50, 9e6), run: { id: 'young', expiresAtMs: 9e6, endedAtMs: 5e6 } as unknown as Run };
  expect(chooseExpired([young, sized('old', 10)], { nowMs: 6e6, excessBytes: 5 })).toMatchObject([{ run: { id: 'old' } }]);
});
