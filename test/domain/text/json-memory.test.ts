import { expect, it } from 'vitest';
import { jsonMemory } from '../../../src/domain/text/json-memory.ts';

const memory = (value: unknown, limit = Infinity) => jsonMemory(Buffer.from(JSON.stringify(value)), limit);
const names = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 1]));

it.each([
  ['numbers', Array.from({ length: 1000 }, () => 1.5), 16_000],
  ['rows of the same names', Array.from({ length: 1000 }, () => ({ a: 1, b: 2 })), 144_000],
  ['names that all differ', names(1000), 416_000],
  ['a text with marks in it', '{[,:"'.repeat(1000), 24],
])('counts %s', (_what, value, bytes) => {
  expect(memory(value)).toBeGreaterThan(bytes * 0.9);
  expect(memory(value)).toBeLessThan(bytes * 1.2 + 1000);
});

it('reads no further than the limit', () => {
  const bytes = memory(names(100_000), 1_000_000);
  expect(bytes).toBeGreaterThanOrEqual(1_000_000);
  expect(bytes).toBeLessThan(1_001_000);
});

it('ends whatever the text is', () => {
  for (const text of ['"', '"a', '"a"', '"a" ', '{"a', '\\"', '', '"a"\0:'])
    expect(jsonMemory(Buffer.from(text), 1e9)).toBeLessThan(1000);
});
