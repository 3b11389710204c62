import { expect, it } from 'vitest';
import { defined } from '../../src/domain/defined.ts';

it('leaves out what is undefined, and nothing else', () => {
  const all = { none: undefined, zero: 0, empty: '', no: false, nothing: null };
  expect(Object.entries(defined(all))).toEqual(Object.entries({ zero: 0, empty: '', no: false, nothing: null }));
});
