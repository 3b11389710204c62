/**
 * What a run may still make the server keep: bytes of all kinds, and displays. The rest is cut, with one notice that
 * names the setting.
 */
import { sizeWords } from '../../domain/text/size.ts';

/** What an entry of the log takes besides its content. */
export const ENTRY_BYTES = 100;

export interface OutputBudget {
  /**
   * Takes up to this many characters of printed text; returns how many there was room for, 0 once the budget is used
   * up.
   */
  takeText(chars: number): number;
  /** Takes one display of this size completely or not at all: false once the bytes or the displays are used up. */
  takePiece(sizeBytes: number): boolean;
  /** Takes an entry of this size that is not a display, or nothing: false once the bytes are used up. */
  takeEntry(sizeBytes: number): boolean;
  /** The sentence to show, the first time that something was cut. */
  notice(): string | undefined;
}

export function createOutputBudget(limitBytes: number, limitPieces: number): OutputBudget {
  let bytes = limitBytes;
  let pieces = limitPieces;
  let cut: string | undefined;
  let isTold = false;
  const noBytes = () => {
    cut ??= `${sizeWords(limitBytes)} of output (setting output_limit)`;
    return false;
  };
  const take = (sizeBytes: number) => {
    if (sizeBytes > bytes) return noBytes();
    bytes -= sizeBytes;
    return true;
  };
  return {
    takeText(chars) {
      const left = Math.min(chars, bytes);
      bytes -= left;
      if (left < chars) noBytes();
      return left;
    },
    takePiece(sizeBytes) {
      if (pieces === 0) {
        cut ??= `${limitPieces} displays (setting output_count)`;
        return false;
      }
      if (!take(sizeBytes)) return false;
      pieces -= 1;
      return true;
    },
    takeEntry: (sizeBytes) => take(ENTRY_BYTES + sizeBytes),
    notice() {
      if (cut === undefined || isTold) return undefined;
      isTold = true;
      return `The output was cut off here: a report may have ${cut}. The notebook continued to run.`;
    },
  };
}
