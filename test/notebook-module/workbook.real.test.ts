/** Excel downloads: numbers and dates are such cells, and text is always text. */
import { expect, test } from 'vitest';
import { runPython } from './python-run.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

test('a workbook holds values of the right types and no formula', () => {
  const { said } = runPython(program('workbook'), { run: true });
  expect(said[0]).toEqual([
    [
      ['text', 's'],
      ['count', 's'],
      ['price', 's'],
      ['day', 's'],
      ['at', 's'],
      ['ok', 's'],
      ['whole', 's'],
      ['single', 's'],
    ],
    [
      ['=1+1', 's'],
      [1, 'n'],
      [1.5, 'n'],
      ['2024-01-31 00:00:00', 'd'],
      ['2024-01-31 10:30:00', 'd'],
      [true, 'b'],
      [1, 'n'],
      [0.1, 'n'],
    ],
    [
      ['#N/A', 's'],
      [-2, 'n'],
      [null, 'n'],
      [null, 'n'],
      ['2024-01-31 10:30:00', 'd'],
      [false, 'b'],
      [null, 'n'],
      [0.2, 'n'],
    ],
    [
      ['plain', 's'],
      [3, 'n'],
      ['inf', 's'],
      ['2024-02-29 00:00:00', 'd'],
      ['2024-01-31 10:30:00', 'd'],
      [true, 'b'],
      [-5, 'n'],
      [null, 'n'],
    ],
    [
      [null, 'n'],
      ['100000000000000000', 's'],
      [-0.25, 'n'],
      ['2024-03-01 00:00:00', 'd'],
      ['2024-01-31 10:30:00', 'd'],
      [false, 'b'],
      [2, 'n'],
      [1, 'n'],
    ],
  ]);
  expect(said[1]).toEqual([['All- 2024-25', '=second'], 'A2', 'A1:H5', true, ['=a', 's']]);
});
