/** What the parts of masking share: the sign that stands for a secret, and where secrets were found. */

/** Stands for a secret. Its character is not one that people put into passwords: see `secretProblem`. */
export const MASKED = '•••';

/** Range [start, end) of UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface MaskFinding {
  /** What must be masked: in order, not overlapping. */
  readonly spans: readonly Span[];
  /** Text to come cannot change what is before this place. */
  readonly settled: number;
}

export interface FindOptions {
  /** More text will come, so an escape that is not complete at the end counts for nothing yet. */
  readonly goesOn: boolean;
  /** Browsers draw the text: tags within a secret hide nothing. */
  readonly isMarkup?: boolean;
}

/** Time and memory are linear in the text: long ones are looked at in slices (`mask-stream.ts`). */
export interface Finder {
  /** True where there is nothing to find. */
  readonly isEmpty: boolean;
  find(text: string, options: FindOptions): MaskFinding;
}
