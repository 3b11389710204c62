/** How much code of a notebook is read for its inputs and its mistakes: parsing more would take too long. */
import type { ReviewFinding } from '../domain/parameter/language.ts';
import { MOST_RECOVERY_STEPS } from './syntax-parse.ts';

/** A longer cell is data. */
const MOST_CELL_CHARS = 200_000;
const MOST_CHARS = 500_000;

/** The recovery steps that parsing a cell takes; more than `most` if it takes more. */
export type RecoveryOf = (cell: string, most: number) => number;

/** The cells as they are; those beyond the bounds are empty. `recoveryOf`: for languages that are parsed by lezer. */
export function boundedCode(cells: readonly string[], recoveryOf: RecoveryOf = () => 0): readonly string[] {
  let left = MOST_CHARS;
  let steps = MOST_RECOVERY_STEPS;
  return cells.map((source) => {
    if (source.length > Math.min(MOST_CELL_CHARS, left)) return '';
    left -= source.length;
    const taken = recoveryOf(source, steps);
    const isRead = taken <= steps;
    // cells without mistakes are still read
    steps = Math.max(0, steps - taken);
    return isRead ? source : '';
  });
}

/** Names the first cell that is not read. */
export function reviewBound(cells: readonly string[], recoveryOf?: RecoveryOf): ReviewFinding[] {
  const bounded = boundedCode(cells, recoveryOf);
  const cell = cells.findIndex((source, index) => source !== bounded[index]);
  if (cell < 0) return [];
  return [{ code: 'unread-code', cell, line: 1, ...(boundedCode(cells)[cell] === '' ? TOO_LONG : TOO_WRONG) }];
}

const TOO_LONG = {
  what: `The code from here on is too long to be checked and read for inputs: a step may have ${MOST_CELL_CHARS} characters, all together ${MOST_CHARS}.`,
  remedy: 'Move code into a module, and data into a file beside the script.',
};
const TOO_WRONG = {
  what: 'The code here has too many mistakes in its syntax, or too deeply nested brackets, to be checked and read for inputs; further steps with such mistakes are not read either.',
  remedy: 'Mend its syntax, or move text and data into a file beside the script.',
};
