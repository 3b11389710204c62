/** How much code of a notebook is read for its inputs and its mistakes: parsing more would take too long. */
import type { ReviewFinding } from '../domain/parameter/language.ts';

/** A longer cell is data. */
const MOST_CELL_CHARS = 200_000;
const MOST_CHARS = 500_000;

/** The cells as they are; those beyond the bounds are empty. */
export function boundedCode(cells: readonly string[]): readonly string[] {
  let left = MOST_CHARS;
  return cells.map((source) => {
    if (source.length > Math.min(MOST_CELL_CHARS, left)) return '';
    left -= source.length;
    return source;
  });
}

/** Names the first cell that is not read. */
export function reviewBound(cells: readonly string[]): ReviewFinding[] {
  const bounded = boundedCode(cells);
  const cell = cells.findIndex((source, index) => source !== bounded[index]);
  if (cell < 0) return [];
  const what = `The code from here on is too long to be checked and read for inputs: a step may have ${MOST_CELL_CHARS} characters, all together ${MOST_CHARS}.`;
  return [
    {
      code: 'unread-code',
      cell,
      line: 1,
      what,
      remedy: 'Move code into a module, and data into a file beside the script.',
    },
  ];
}
