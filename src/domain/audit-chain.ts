/** Whether the chain of the audit is whole: every entry follows from the one before. */
import type { AuditEntry } from './audit.ts';

/** Of the entry before the first one. */
export const NO_HASH = '0'.repeat(64);

/** Where a chain begins that has lost its oldest entries, as its newest entry `audit-shortened` says. */
export interface ChainStart {
  /** Number of the last entry that was deleted; 0: none. */
  readonly number: number;
  readonly hash: string;
}

export const WHOLE_CHAIN: ChainStart = { number: 0, hash: NO_HASH };

/** `entry`: the newest `audit-shortened`; undefined: there is none. */
export function chainStart(entry: AuditEntry | undefined): ChainStart {
  const { through, hash } = (entry?.details ?? {}) as { readonly through?: unknown; readonly hash?: unknown };
  return typeof through === 'number' && typeof hash === 'string' ? { number: through, hash } : WHOLE_CHAIN;
}

/**
 * What is wrong with this entry, as a sentence; undefined: nothing. `hashOf`: of the hash before and the canonical text
 * of the entry.
 */
export function chainProblem(
  before: ChainStart,
  entry: AuditEntry,
  hashOf: (before: string, body: string) => string,
): string | undefined {
  const { number } = entry;
  if (number !== before.number + 1) return `The entries from ${before.number + 1} to ${number - 1} are missing.`;
  if (entry.isAltered === true || entry.hash !== hashOf(before.hash, entry.body))
    return `The entry ${number}, or the one before it, was changed.`;
  return undefined;
}
