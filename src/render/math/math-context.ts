/** What the formulas of a text share with those of its notebook. */
import type { MathDefinition } from './math-definition.ts';

export interface MathContext {
  readonly definitions: readonly MathDefinition[];
  /** The text of references, by label. */
  readonly labels: ReadonlyMap<string, string>;
  /** The number of the text's first equation; absent: its equations have no numbers. */
  readonly firstNumber?: number;
}

export const NO_MATH: MathContext = { definitions: [], labels: new Map() };
