/** What retention needs from the run store (part of its port). */
import type { KnownClock } from '../time/clock.ts';
import type { Candidate, Cleanup, Holding } from './retention.ts';

export interface CandidateQuery {
  /** Only reports of these scripts. */
  readonly scripts?: readonly string[];
  /** The last of the previous page. */
  readonly after?: Candidate | undefined;
  readonly limit: number;
}

export interface Holdings {
  readonly all: Holding;
  readonly scripts: ReadonlyMap<string, Holding>;
}

/** "May go": finished, not kept, not deleted. Long work lets other work run in between. */
export interface RetentionStore {
  /**
   * All that may be deleted, in total and by script. Bytes: logs, and files that no kept or unfinished report has; by
   * script only the logs. With `maxAgeMs`, the sums may be so old; what this store itself has deleted or kept since is
   * always in them.
   */
  holdings(maxAgeMs?: number): Promise<Holdings>;
  /**
   * The script's share of files in its reports that may be deleted: each file is divided among the reports that have
   * it.
   */
  scriptBlobBytes(script: string): Promise<number>;
  /** Reports that may be deleted, those that expire soonest first. */
  candidates(query: CandidateQuery): Promise<readonly Candidate[]>;
  /**
   * Deletes those of the reports that may still be deleted (one may have been kept meanwhile) like `erase`; returns
   * which, and the bytes of their logs.
   */
  expire(ids: readonly string[], atMs: number): Promise<{ readonly ids: readonly string[]; readonly logBytes: number }>;
  /** Removes some tombstones from before then, for good; returns how many. */
  forget(deletedBeforeMs: number, limit: number): Promise<number>;
  /**
   * Those of the hashes, all beginning with `prefix`, that an undeleted run needs: its script, its outputs, its
   * downloads.
   */
  ownedBlobs(prefix: string): Promise<ReadonlySet<string>>;
  /** Forgets who was about to store bytes an hour ago, and has named them in no report. */
  forgetClaims(): Promise<void>;
  /** Forgets the tries of passwords that no longer count. */
  forgetTries(nowMs: number): Promise<void>;
  /** Returns some space of deleted rows to the disk; true when there is more to return. */
  shrink(): Promise<boolean>;
  /** Records what was deleted; removes old entries. */
  noteCleanup(clearing: Cleanup): Promise<void>;
  /** Newest first. */
  clearings(limit: number): Promise<readonly Cleanup[]>;
  /** The last stored state of the clock; undefined before the first time. */
  clock(): Promise<KnownClock | undefined>;
  setClock(clock: KnownClock): Promise<void>;
}
