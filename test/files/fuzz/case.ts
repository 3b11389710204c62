/** What the fuzz tests read: one of the seeds after a few changes. */
import fc from 'fast-check';
import { mutations } from './mutation.ts';
import type { Seed, Written } from './seed.ts';

export interface FuzzCase {
  readonly name: string;
  readonly written: Written;
}

export interface CaseOptions {
  /** How often a piece is repeated at most. */
  readonly mostRepeats: number;
  /** Files above this are cut. */
  readonly mostBytes: number;
}

export function cases(seeds: readonly Seed[], { mostRepeats, mostBytes }: CaseOptions): fc.Arbitrary<FuzzCase> {
  const changes = fc.array(mutations(mostRepeats), { minLength: 1, maxLength: 4 });
  return fc.tuple(fc.constantFrom(...seeds), changes).map(([{ name, bytes, written }, mutate]) => ({
    name,
    written: written(mutate.reduce((changed, change) => change(changed).subarray(0, mostBytes), bytes)),
  }));
}
