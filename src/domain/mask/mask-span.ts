/** Shared by the parts of masking: the mask that replaces a secret, and the ranges in which secrets were found. */

/** Replaces a secret. Its character is not one that people use in passwords: see `secretProblem`. */
export const MASKED = '•••';

/** Range [start, end) of UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface MaskFinding {
  /** What must be masked: in order, without overlaps. */
  readonly spans: readonly Span[];
  /** Later text cannot change the result before this position. */
  readonly settled: number;
}

export interface FindOptions {
  /** More text will follow, so an incomplete escape at the end does not count yet. */
  readonly goesOn: boolean;
  /** Browsers render the text: tags within a secret hide nothing. */
  readonly isMarkup?: boolean;
}

/** Time and memory are linear in the text: long texts are searched in slices (`mask-stream.ts`). */
export interface Finder {
  /** True if there is nothing to find. */
  readonly isEmpty: boolean;
  find(text: string, options: FindOptions): MaskFinding;
}
