/** How much output a run may still have: bytes and pieces. What is beyond is cut, with one notice. */
import { sizeWords } from '../domain/message.ts';

const PIECES = 20_000;

export interface OutputBudget {
  /** Takes up to `sizeBytes`; answers how many there were left, 0 once it is used up. */
  take(sizeBytes: number): number;
  /** The sentence to show, the first time after something was cut. */
  notice(): string | undefined;
}

export function createOutputBudget(limitBytes: number): OutputBudget {
  let bytes = limitBytes;
  let pieces = PIECES;
  let cut: 'no' | 'new' | 'told' = 'no';
  return {
    take(sizeBytes) {
      pieces -= 1;
      const left = pieces < 0 ? 0 : Math.min(sizeBytes, bytes);
      bytes = left < sizeBytes ? 0 : bytes - left;
      if (left < sizeBytes && cut === 'no') cut = 'new';
      return left;
    },
    notice() {
      if (cut !== 'new') return undefined;
      cut = 'told';
      const limit = pieces < 0 ? `${PIECES} pieces` : sizeWords(limitBytes);
      return `The output was cut here: a report may have ${limit} of output. The notebook went on to run.`;
    },
  };
}
