import { describe, expect, it } from 'vitest';
import { parseRows } from '../../../src/web/library/itables/row.ts';

describe('rows of itables', () => {
  it('have numbers that JSON cannot name, and whole numbers with all their digits', () => {
    const json = '[[1, 1.5, "___NaN___", "___-Infinity___", 12345678901234567890, "a", 1e300]]';
    expect(parseRows(json)).toEqual([[1, 1.5, NaN, -Infinity, 12345678901234567890n, 'a', 1e300]]);
  });
});
