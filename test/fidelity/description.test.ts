/** The comparison notices what a reader would notice, and nothing else. */
import { expect, test } from 'vitest';
import { differences, type CellDescription } from './description.ts';

const cell: CellDescription = {
  text: 'print(1) 1',
  textLength: 10,
  marks: { shape: 12, picture: 1 },
  heightPx: 200,
  grey: 'ffff0000',
};

test('finds nothing where edges are drawn differently', () => {
  expect(differences([cell], [{ ...cell, heightPx: 215, grey: 'fffe0001' }])).toEqual([]);
});

test.each([
  ['text', { text: 'print(1) 2' }, 'cell 1: the text is "print(1) 2" (10), not "print(1) 1" (10)'],
  ['more text than is kept', { textLength: 11 }, 'cell 1: the text is "print(1) 1" (11), not "print(1) 1" (10)'],
  ['a chart that is not drawn', { marks: { picture: 1 } }, 'cell 1: shape: 0 instead of 12'],
  [
    'a broken picture',
    { marks: { shape: 12, picture: 1, 'broken picture': 1 } },
    'cell 1: broken picture: 1 instead of 0',
  ],
  ['a cell that has collapsed', { heightPx: 100 }, 'cell 1: it is 100 px high instead of 200'],
  ['a picture that is empty', { grey: 'ffffffff' }, 'cell 1: the picture differs by 7.5 of 15 on average'],
])('finds %s', (_, change, sentence) => {
  expect(differences([cell], [{ ...cell, ...change }])).toEqual([sentence]);
});

test('finds a missing cell', () => {
  expect(differences([cell, cell], [cell])).toEqual(['it has 1 cells instead of 2']);
});
