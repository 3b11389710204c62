/** Runs and their event logs (port). Implemented by `store/` on every engine; one contract suite tests them all. */
import type { Person, Scope } from '../access/right.ts';
import type { AuditRecord } from '../audit.ts';
import type { ParameterValues } from '../parameter/parameter.ts';
import type { QuotaRule } from '../quota/quota-rule.ts';
import type { QuotaUse } from '../quota/quota-use.ts';
import type { RetentionStore } from '../retention/retention-store.ts';
import type { Blob } from './blob.ts';
import type { Bundle } from './bundle.ts';
import type { Needs, Offers } from './placement.ts';
import type { RunEvent, StoredEvent } from './run-event.ts';
import type { ShareStore } from './share.ts';
import type { Outcome, Priority, Run, RunStatus, Trigger } from './run.ts';
import type { QueuePlace } from './run-wait.ts';

export interface NewRun {
  readonly id: string;
  readonly script: string;
  readonly title: string;
  readonly revision: string;
  /** Size of the revision in bytes. */
  readonly revisionBytes: number;
  readonly sidecar?: { readonly file: string; readonly hash: string; readonly sizeBytes: number };
  readonly commit?: string;
  /** The files beside the script, stored as blobs; absent: they are read where the run executes. */
  readonly bundle?: Bundle;
  /** The bytes of the files that were given; stored as blobs. */
  readonly files?: readonly Blob[];
  readonly given: ParameterValues;
  readonly parameters: ParameterValues;
  /** Values of password parameters; stored encrypted, wiped when the run ends. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly by: string;
  /** For whom it is made; absent: nobody known by name. */
  readonly person?: Person;
  readonly trigger: Trigger;
  readonly parent?: string;
  readonly timezone: string;
  readonly serverVersion: string;
  /** With `by`: a second submission with the same key returns the first one's run. */
  readonly idempotencyKey?: string;
  /** Default: `interactive`. */
  readonly priority?: Priority;
  /** How many runs of its script may execute at once, if its author says so. */
  readonly scriptLimit?: number;
  /** How often it begins again if its worker vanishes; absent: never. */
  readonly retries?: number;
  /** What it needs of its worker; absent: nothing. */
  readonly needs?: Needs;
  /** How long the report is kept after its end; absent: as in the settings. */
  readonly retainMs?: number;
  /** Those that limit its submission; not stored. */
  readonly quotas?: readonly QuotaRule[];
  /** As `quotaMembers` says it of the requester; absent: nobody. */
  readonly quotaMembers?: readonly string[];
  /** Stored in the same transaction; absent: nothing is recorded. */
  readonly audit?: AuditRecord;
  /** If it is its turn at once, it starts in the same transaction. Not where several processes share the store. */
  readonly atOnce?: StartAtOnce;
}

/** How a worker of this process starts a run together with its submission. */
export interface StartAtOnce {
  readonly worker: string;
  readonly limits: RunningLimits;
  /** `run-started`. */
  readonly started: RunEvent;
  /** Called when it has started, before that is durable: no code of its may be executed until `durable` settles. */
  onStart(claim: Claim, durable: Promise<unknown>): void;
}

/** What somebody may see of the history. */
export interface RunSight {
  /** As `by`. */
  readonly user: string;
  readonly scopes: readonly Scope[];
  /** What is shared with any of these is seen besides. */
  readonly grantees: readonly string[];
  /** Names of scripts whose reports are left out. */
  readonly without: readonly string[];
}

export interface RunQuery {
  /** One name, or several. */
  readonly script?: string | readonly string[];
  readonly status?: readonly RunStatus[];
  readonly by?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Absent: everything. */
  readonly seenBy?: RunSight;
  /** Only reports that are shared with any of these. */
  readonly sharedWith?: readonly string[];
  /** Deleted runs are left out unless asked for. */
  readonly withDeleted?: boolean;
  /** Opaque, from `next` of the page before. */
  readonly cursor?: string;
  readonly limit: number;
}

export interface RunPage {
  /** Newest first. */
  readonly items: readonly Run[];
  readonly next?: string;
}

/** How many runs of each script, and of each user, may execute at once; absent: no limit. */
export interface RunningLimits {
  readonly script?: number;
  readonly user?: number;
}

/** What a worker may be given. */
export interface ClaimLimits extends RunningLimits {
  /** Where several processes share the store: only runs whose needs it can meet; absent: all. */
  readonly offers?: Offers;
  /** Runs with these packages (see `Needs`) wait; absent: none. */
  readonly withheld?: readonly string[];
}

/** A run given to a worker; `attempt` fences every later write. */
export interface Claim {
  readonly run: Run;
  readonly attempt: number;
  readonly secrets: Readonly<Record<string, string>>;
  /** For whom the run is made, which readers of its report are never shown; absent: nobody known by name. */
  readonly person?: Person;
}

export interface EventBatch {
  readonly events: readonly StoredEvent[];
  /** There were no more at that time. */
  readonly isLast: boolean;
}

/** How long a code cell of the author took; `step` counts them from 1. */
export interface StepTime {
  readonly step: number;
  readonly ms: number;
}

/** How much quotas allow is counted over all processes. */
export interface QuotaStore {
  /** `by`: as in `NewRun`. */
  quotaUse(by: string, rules: readonly QuotaRule[], nowMs: number): Promise<readonly QuotaUse[]>;
  /** Of the reports that the rule counts, with their files. */
  keptBytes(by: string, rule: QuotaRule): Promise<number>;
}

export interface RunStore extends RetentionStore, ShareStore, QuotaStore {
  /**
   * Stores the run and its `run-queued` event in one durable transaction. With a known idempotency key, returns the
   * earlier run and `created: false`. Throws `unavailable` (retryAfterS) when `queueLimit` runs are already waiting,
   * or `userQueueLimit` of the same user; `limited` (retryAfterS) when a quota of the run allows no more.
   */
  create(
    run: NewRun,
    atMs: number,
    queueLimit: number,
    userQueueLimit?: number,
  ): Promise<{ readonly run: Run; readonly created: boolean }>;
  find(id: string): Promise<Run | undefined>;
  /** As `find`, only the status. */
  status(id: string): Promise<RunStatus | undefined>;
  /** Long values, results and lists of downloads are shortened; `shortened` says so. */
  list(query: RunQuery): Promise<RunPage>;
  /** How many runs wait before this one, by the rule of `claim`; undefined when it does not wait. */
  position(id: string): Promise<number | undefined>;
  /** The same with what tells how long it will wait. */
  place(id: string, limits?: RunningLimits): Promise<QueuePlace | undefined>;
  /** The newest finished, undeleted run of each of the scripts, at most some thousands, by name, as in `list`. */
  latest(scripts: readonly string[]): Promise<ReadonlyMap<string, Run>>;
  /** Median duration of the last successful runs of each in ms, by name; absent if there is none. */
  usualMs(scripts: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /**
   * How long the steps of these runs took, by id, without those that a snapshot had executed. Runs with very long logs
   * are left out, and those after which the logs together are too long.
   */
  stepTimes(ids: readonly string[]): Promise<ReadonlyMap<string, readonly StepTime[]>>;

  /**
   * Takes the next queued run that may start for the worker, by the rule of `run-turn`: the row says `starting`, and
   * `attempt` increases by one. None is taken of scripts and users at their limits; for a script, its own
   * limit (see `NewRun`) counts as well.
   */
  claim(worker: string, atMs: number, limits?: ClaimLimits): Promise<Claim | undefined>;
  /** What waiting runs declare as their packages, by hash (see `Needs`). */
  waitingPackages(): Promise<readonly string[]>;
  /**
   * Appends events in order and projects them onto the run's row (see `domain/run-project`), in one durable
   * transaction; then publishes. Throws `conflict` when `attempt` is not the run's current one or the run has ended.
   */
  append(id: string, attempt: number, events: readonly RunEvent[], atMs: number): Promise<readonly StoredEvent[]>;
  /** Events after `afterSeq`, oldest first, at most `limit`, fewer if they are long. */
  events(id: string, afterSeq: number, limit: number): Promise<EventBatch>;
  /**
   * What this process has just appended, all of it, if it is what comes after `afterSeq`; undefined: only the log
   * knows. Whatever else has happened to the run since, who asks again after the next notification learns of it.
   */
  lastAdded(id: string, afterSeq: number): readonly StoredEvent[] | undefined;
  /** When the run's last event came; undefined if it has none. */
  lastEventAtMs(id: string): Promise<number | undefined>;
  /** Whether the events after `afterSeq` take more than `limitBytes`, or are too many to read at once. */
  isFarBehind(id: string, afterSeq: number, limitBytes: number): Promise<boolean>;
  /** Notifies the listener after each durable append to the run; carries no data: readers select `seq > last`. */
  subscribe(id: string, listener: () => void): () => void;
  /** Notifies the listener when a run was queued. */
  onQueued(listener: () => void): () => void;

  /**
   * Ends a waiting run as `cancelled`, or asks the worker of a started one to end it; notifies the run's subscribers.
   */
  requestCancel(id: string, by: string, atMs: number): Promise<Run>;
  /**
   * Why the worker with this attempt must end the run: somebody has cancelled it, or it is no longer the worker's. It
   * checks when it is notified.
   */
  stopRequest(id: string, attempt: number): Promise<Outcome | undefined>;

  /**
   * Ends runs that were submitted before `createdBeforeMs` and still wait as `timed-out` (queue); returns their ids.
   */
  expireQueued(createdBeforeMs: number, limitMs: number, atMs: number): Promise<readonly string[]>;

  /** Why no live worker can execute the waiting run, as a sentence; undefined: one can, or the run does not wait. */
  unmetNeed(id: string): Promise<string | undefined>;
  /** Numbers of waiting runs that no live worker can execute, by that sentence. */
  unplaced(): Promise<ReadonlyMap<string, number>>;

  /** The worker's runs are its own for `leaseMs` from now, by the clock of the store; 0 gives them up. */
  renewLease(worker: string, leaseMs: number, offers?: Offers): Promise<void>;
  /**
   * Runs that vanished workers had started end as `lost`, or as `cancelled` if that was requested, unless they may
   * begin again (see `NewRun`); these, and claimed but unstarted ones, are queued again, at their old place. Vanished
   * are workers without a lease; where the store admits one process only, all but `worker`. A run is recovered once,
   * whoever calls.
   */
  recover(
    worker: string,
    atMs: number,
  ): Promise<{ readonly lost: readonly string[]; readonly requeued: readonly string[] }>;

  /** Number of workers that have a lease; 0 where the store admits one process only. */
  workers(): Promise<number>;

  /** Whether the bundle is known, whose files then stay stored for a while: it counts as used at this time. */
  touchBundle(hash: string, atMs: number): Promise<boolean>;
  /** Frees the files of bundles that no unfinished run needs and that none has used since; returns their number. */
  releaseBundles(unusedSinceMs: number): Promise<number>;

  pin(id: string, pinned: boolean): Promise<Run>;
  /** Deletes events and references to artifacts; the row stays as a tombstone with script and values. */
  erase(id: string, atMs: number): Promise<void>;
  /**
   * Writes without changing anything. Throws `unavailable` on a full disk, and any other error that prevents writing.
   */
  checkWritable(): Promise<void>;
  close(): Promise<void>;
}
