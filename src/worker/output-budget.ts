/** How much output a run may still have: bytes, and pieces that are shown. What is beyond is cut, with one notice. */
import { sizeWords } from '../domain/run/run-message.ts';

export interface OutputBudget {
  /** Takes up to this much printed text; answers how much there was left, 0 once it is used up. */
  takeText(chars: number): number;
  /** Takes one display of this size, or nothing: false once the bytes or the pieces are used up. */
  takePiece(sizeBytes: number): boolean;
  /** The sentence to show, the first time after something was cut. */
  notice(): string | undefined;
}

export function createOutputBudget(limitBytes: number, limitPieces: number): OutputBudget {
  let bytes = limitBytes;
  let pieces = limitPieces;
  let cut: string | undefined;
  let isTold = false;
  return {
    takeText(chars) {
      const left = Math.min(chars, bytes);
      bytes -= left;
      if (left < chars) cut ??= sizeWords(limitBytes);
      return left;
    },
    takePiece(sizeBytes) {
      if (pieces === 0 || sizeBytes > bytes) {
        cut ??= pieces === 0 ? `${limitPieces} displays` : sizeWords(limitBytes);
        return false;
      }
      pieces -= 1;
      bytes -= sizeBytes;
      return true;
    },
    notice() {
      if (cut === undefined || isTold) return undefined;
      isTold = true;
      return `The output was cut here: a report may have ${cut} of output. The notebook went on to run.`;
    },
  };
}
