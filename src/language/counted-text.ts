/** Source code as a parser reads it, with a count of what it reads more than once. */

/** In characters; a parser keeps two pieces. */
const PIECE = 256;
/** What parsers read of these pieces for each character of correct code, at most. */
const USUAL_READS = 100;
/** Reading so many characters takes as long as a step of recovery. */
const CHARS_PER_STEP = 1000;

export interface CountedText {
  readonly input: {
    readonly length: number;
    readonly lineChunks: false;
    chunk(from: number): string;
    read(from: number, to: number): string;
  };
  /** What was read beyond the usual until this position, in steps of recovery. */
  stepsAhead(position: number): number;
}

export function countedText(source: string): CountedText {
  let chars = 0;
  return {
    input: {
      length: source.length,
      lineChunks: false,
      chunk: (from) => {
        const piece = source.slice(from, (Math.floor(from / PIECE) + 1) * PIECE);
        chars += piece.length;
        return piece;
      },
      read: (from, to) => source.slice(from, to),
    },
    stepsAhead: (position) => Math.max(0, Math.floor((chars - USUAL_READS * (position + PIECE)) / CHARS_PER_STEP)),
  };
}
