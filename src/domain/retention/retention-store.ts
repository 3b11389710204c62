/** What retention asks of the run store (part of its port). */
import type { KnownClock } from '../time/clock.ts';
import type { Candidate, Cleanup, Holding } from './retention.ts';

export interface CandidateQuery {
  /** Only reports of these scripts. */
  readonly scripts?: readonly string[];
  /** The last of the page before. */
  readonly after?: Candidate | undefined;
  readonly limit: number;
}

/** "May go": finished, not kept, not deleted. Long work lets others have their turn in between. */
export interface RetentionStore {
  /**
   * All that may go, together and by script. Bytes: logs, and files that no kept or unfinished report has; by script
   * the logs alone.
   */
  holdings(): Promise<{ readonly all: Holding; readonly scripts: ReadonlyMap<string, Holding> }>;
  /** What the script's reports that may go take of files, each file divided among the reports that have it. */
  scriptBlobBytes(script: string): Promise<number>;
  /** What may go, the soonest to expire first. */
  candidates(query: CandidateQuery): Promise<readonly Candidate[]>;
  /**
   * Deletes those of the reports that may still go (one may have been kept meanwhile) as `erase` does; answers which,
   * and the bytes of logs that went.
   */
  expire(ids: readonly string[], atMs: number): Promise<{ readonly ids: readonly string[]; readonly logBytes: number }>;
  /** Removes some tombstones of before then, for good; answers how many. */
  forget(deletedBeforeMs: number, limit: number): Promise<number>;
  /**
   * Those of the hashes, all beginning with `prefix`, that an undeleted run needs: its script, its outputs, its
   * downloads.
   */
  ownedBlobs(prefix: string): Promise<ReadonlySet<string>>;
  /** Gives some room of what was deleted back to the disk; true when there is more to give. */
  shrink(): Promise<boolean>;
  /** Remembers what was freed; old entries go. */
  noteCleanup(clearing: Cleanup): Promise<void>;
  /** Newest first. */
  clearings(limit: number): Promise<readonly Cleanup[]>;
  /** What was last remembered of the clock; undefined before the first time. */
  clock(): Promise<KnownClock | undefined>;
  setClock(clock: KnownClock): Promise<void>;
}
