/** Limits of a run, which the queue and the worker enforce. */
import type { QuotaRule } from '../quota/quota-rule.ts';
import type { RunningLimits } from './run-store.ts';
import type { TableLimits } from './table.ts';

/** Every limit of a run but those of its kernel (`KernelLimits`); all come from the settings. */
export interface RunLimits {
  readonly concurrency: number;
  readonly queueLimit: number;
  /** How much people may use; absent: there are no lines about that. */
  readonly quotas?: readonly QuotaRule[];
  /** How many runs of one user may wait; absent: as many as may wait in total. */
  readonly userQueueLimit?: number;
  /** How many of one script, and of one user, may execute at once. */
  readonly atOnce?: RunningLimits;
  readonly wallMs: number;
  readonly cellMs: number;
  /** A cell that shows nothing new for longer ends its run as `timed-out` (idle); absent: none. */
  readonly idleMs?: number;
  /** The program of a run may take so long to end after its last cell; 0: it is killed at once. */
  readonly endMs: number;
  /** A run that waits longer ends as `timed-out` (queue). */
  readonly queueMs: number;
  /** Size of all outputs of a run; the rest is cut with a notice. */
  readonly outputBytes: number;
  /** Number of displays of a run, including updates; the rest is cut with a notice. */
  readonly outputCount: number;
  readonly artifactBytes: number;
  /** Size of the files that are given to a run, together; 0: none can be given. */
  readonly uploadBytes: number;
  readonly tables: TableLimits;
  /** When less than this is free on the disk, no run starts. */
  readonly diskReserveBytes: number;
}
