import { expect, it } from 'vitest';
import type { Cell } from '../../src/domain/notebook/notebook.ts';
import { cellBehind, firstCells } from '../../src/worker/run-first-cell.ts';

const cellOf = ([source, ...tags]: readonly string[]): Cell =>
  ({ type: source === '# text' ? 'markdown' : 'code', source, tags, id: '', metadata: {} }) as unknown as Cell;

/** The positions of the first cells, of cells given by their source and tags; those that begin with "plain" are. */
function placesOf(cells: readonly (readonly string[])[], injected?: number) {
  const first = firstCells(cells.map(cellOf), injected, ({ source }) => source.startsWith('plain'));
  return first.map(({ index }) => index);
}

it.each([
  ['up to the first that may do more', [['plain'], ['other'], ['plain']], undefined, [0]],
  ['with the values, whatever they are', [['plain'], ['values'], ['plain'], ['other']], 1, [0, 1, 2]],
  ['without those that are not executed', [['# text'], [' '], ['other', 'skip-execution'], ['plain']], undefined, [3]],
  ['up to one whose error is expected', [['plain'], ['plain', 'raises-exception'], ['plain']], undefined, [0]],
  ['up to one that cannot be encoded', [['plain'], ['plain \ud800']], undefined, [0]],
  ['a bounded number', Array.from({ length: 20 }, () => ['plain']), undefined, [0, 1, 2, 3, 4, 5, 6, 7]],
  ['of a bounded size', [['plain'], [`plain ${'x'.repeat(20_000)}`], ['plain']], undefined, [0]],
])('the first cells of a run: %s', (_, cells, injected, places) => {
  expect(placesOf(cells, injected)).toEqual(places);
});

it.each([
  ['the first that is not plain', [['plain'], ['other'], ['later']], { cell: 1, source: 'other' }],
  ['the first of all, if none is plain', [['# text'], ['other']], { cell: 1, source: 'other' }],
  ['one that is executed', [['plain'], ['other', 'skip-execution'], [' '], ['later']], { cell: 3, source: 'later' }],
  ['none behind the last', [['plain'], ['# text']], undefined],
  ['none that cannot be encoded', [['plain'], ['other \ud800']], undefined],
])('the cell behind the first ones: %s', (_, sources, expected) => {
  const cells = sources.map(cellOf);
  const first = firstCells(cells, undefined, ({ source }) => source.startsWith('plain'));
  expect(cellBehind(cells, first)).toEqual(expected);
});

it('is found behind the cells that were executed in advance', () => {
  const cells = [['other'], ['plain'], ['values'], ['later']].map(cellOf);
  const isPlain = ({ source }: Cell) => source.startsWith('plain');
  expect(firstCells(cells, 2, isPlain)).toEqual([]);
  const first = firstCells(cells, 2, isPlain, 0);
  expect(first.map(({ index }) => index)).toEqual([1, 2]);
  expect(cellBehind(cells, first, 0)).toEqual({ cell: 3, source: 'later' });
  expect(cellBehind(cells, [], 2)).toEqual({ cell: 3, source: 'later' });
});
