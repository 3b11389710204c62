import { expect, it } from 'vitest';
import { createOutputBudget } from '../../../src/worker/output/output-limit.ts';

it('counts text by its length alone, however many pieces it comes in', () => {
  const budget = createOutputBudget(30_000, 10);
  for (let line = 0; line < 30_000; line += 1) expect(budget.takeText(1)).toBe(1);
  expect(budget.notice()).toBeUndefined();
  expect([budget.takeText(1), budget.takePiece(1)]).toEqual([0, false]);
  expect([budget.notice(), budget.notice()]).toEqual([expect.stringContaining('30 kB'), undefined]);
});

it('shows a display whole or not at all, and leaves room for a smaller one', () => {
  const budget = createOutputBudget(100, 10);
  expect([budget.takePiece(101), budget.takePiece(60), budget.takeText(60)]).toEqual([false, true, 40]);
});

it('bounds how many displays there are', () => {
  const budget = createOutputBudget(1e9, 20);
  for (let piece = 0; piece < 20; piece += 1) expect(budget.takePiece(1)).toBe(true);
  expect([budget.takePiece(0), budget.takeText(5)]).toEqual([false, 5]);
  expect(budget.notice()).toContain('20 displays');
});

it('counts entries that are no displays by their bytes, and names the setting', () => {
  const budget = createOutputBudget(1000, 1);
  expect([budget.takeEntry(800), budget.takeEntry(50), budget.takePiece(50)]).toEqual([true, false, true]);
  expect(budget.notice()).toContain('setting output_limit');
  expect(createOutputBudget(1, 0).takePiece(0)).toBe(false);
});
