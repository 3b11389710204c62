import { expect, it } from 'vitest';
import { createMemoryBudget } from '../../../src/kernel/supply/memory-budget.ts';

function family(limitBytes: number) {
  const budget = createMemoryBudget(limitBytes);
  const living = new Set<string>();
  const add = (name: string, usedAtMs: number, bytes: number, stays = false) => {
    living.add(name);
    return budget.add({
      usedAtMs: () => usedAtMs,
      memoryBytes: async () => bytes,
      evict: stays
        ? undefined
        : async () => {
            living.delete(name);
          },
    });
  };
  return { budget, living, add };
}

it('ends those that were used least, until the rest fits; never one that stays', async () => {
  const { budget, living, add } = family(100);
  add('base', 0, 50, true);
  add('old', 1, 40);
  add('middle', 2, 30);
  add('young', 3, 20);
  await budget.tidy();
  expect([...living]).toEqual(['base', 'middle', 'young']);
  add('large', 4, 1000);
  await budget.tidy();
  expect([...living]).toEqual(['base']);
});

it('has room for eight, however small, and for others when one is taken out', async () => {
  const { budget, living, add } = family(100);
  const forget = Array.from({ length: 9 }, (_, index) => add(String(index), index, 1));
  forget[8]!();
  await budget.tidy();
  expect(living.size).toBe(9);
  add('9', 9, 1);
  await budget.tidy();
  expect([...living]).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
});
