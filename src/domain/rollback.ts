/** A script that is rolled back: an earlier revision is published in place of its file, until that changes. */
import type { Sidecar } from './script/script.ts';

/** The bytes of a script and of its sidecar by their hashes; both empty for a file that is broken. */
export interface RevisionKey {
  readonly revision: string;
  readonly sidecar: string;
}

export interface Rollback {
  /** Its name. */
  readonly script: string;
  /** Unique: another rollback of the script has another one. */
  readonly id: string;
  /** What the file was when it was rolled back. */
  readonly over: RevisionKey;
  readonly by: string;
  readonly atMs: number;
}

/** With what is published. */
export interface StoredRollback extends Rollback {
  readonly bytes: Uint8Array;
  readonly sidecar?: Sidecar;
}

/** `bytes`: of a script and its sidecar. */
export const ROLLBACK_LIMITS = { count: 50, bytes: 4_000_000 };

/** Rollbacks that are kept, for all processes that share the database (port). */
export interface RollbackStore {
  /** Id by script. */
  list(): Promise<ReadonlyMap<string, string>>;
  find(script: string): Promise<StoredRollback | undefined>;
  /** Replaces that of the script. Throws `unavailable` if there are too many. */
  put(rollback: StoredRollback): Promise<void>;
  /** With `id` only if it is still that one. */
  remove(script: string, id?: string): Promise<void>;
}

/** What changes which revision is published (port). Effective when it settles; elsewhere within seconds. */
export interface RollbackControl {
  /** Throws `invalid` if the bytes are too large or cannot be published, `not-found`, and as `put`. */
  rollBack(script: string, to: Pick<StoredRollback, 'id' | 'by' | 'atMs' | 'bytes' | 'sidecar'>): Promise<void>;
  lift(script: string): Promise<void>;
}
