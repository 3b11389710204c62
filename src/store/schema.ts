/** The tables as Kysely sees them; the same on every engine. Times are epoch milliseconds, documents JSON text. */
import type { Generated } from 'kysely';
import type { RunStatus, Trigger } from '../domain/run/run.ts';
import type {
  AccountTable,
  AuditTable,
  LinkTable,
  PeopleTable,
  ScriptRuleTable,
  SessionTable,
  ShareTable,
  TokenTable,
} from './schema-people.ts';

export interface RunTable {
  /** Order of submission; the queue and the history are sorted by it. */
  number: Generated<number>;
  id: string;
  script: string;
  title: string;
  revision: string;
  /** Name and hash of the script's sidecar; null: there was none. */
  sidecar: string | null;
  given: string;
  parameters: string;
  status: RunStatus;
  outcome: string | null;
  submitted_by: string;
  trigger: Trigger;
  parent: string | null;
  attempt: number;
  worker: string | null;
  timezone: string;
  environment: string | null;
  /** For snapshots: when the data was taken, or why there was none. */
  data_at_ms: number | null;
  without_snapshot: string | null;
  server_version: string;
  created_at_ms: number;
  started_at_ms: number | null;
  ended_at_ms: number | null;
  deleted_at_ms: number | null;
  /** 0 or 1: the engines disagree on booleans. */
  pinned: number;
  /** Milliseconds to keep the report after its end; null: as set in the settings. */
  retain_ms: number | null;
  cells_total: number;
  cells_done: number;
  progress: string | null;
  results: string;
  artifacts: string;
  /** Sequence number of the newest event. */
  last_seq: number;
  /** Bytes of the log, without its blobs; 0 until the run has ended. */
  log_bytes: number;
  cancel_by: string | null;
  idempotency_key: string | null;
  /** Encrypted password values; null once the run has ended. */
  secrets: string | null;
  /** Index into `PRIORITIES`. */
  priority: Generated<number>;
  /** In the line of its priority: the user's turn, and the turn of the script among the user's; see `run-turn`. */
  turn: Generated<number>;
  script_turn: Generated<number>;
  /** How many runs of the script may run at once, as at its submission; null: as in the settings. */
  script_limit: number | null;
  /** Hash of the manifest of the files beside the script; null: they are read where the run executes. */
  bundle: string | null;
  /** Hash of the commit from which the script came; null: it was a file. */
  source_commit: string | null;
  /** What it needs of a worker, see `domain/run/placement`; null: nothing. */
  needs: string | null;
  /** For whom it was made, see `domain/access/right`; null: nobody known by name. */
  person: Generated<string | null>;
  /** As which grantees of quotas that people have together the requester counts, see `quota`; null: none. */
  quota_members: Generated<string | null>;
}

/** The waiting runs of one priority. */
export interface LineTable {
  priority: number;
  /** The latest turn from which a run was taken. */
  turn: number;
  /** How many runs of other lines have started meanwhile. */
  passed: number;
}

/** The files beside scripts at the submission of runs; see `domain/run/bundle`. */
export interface BundleTable {
  /** Of the manifest. */
  hash: string;
  /** When a run was last submitted with it. */
  used_at_ms: number;
}

export interface BundleBlobTable {
  bundle: string;
  hash: string;
  size_bytes: number;
}

export interface EventTable {
  run_number: number;
  seq: number;
  at_ms: number;
  version: number;
  body: string;
}

export interface RunBlobTable {
  run_number: number;
  hash: string;
  size_bytes: number;
}

/** Blobs of runs that are not deleted; `owners` counts them. Without owners: see `blob-claim`. */
export interface BlobTable {
  hash: string;
  size_bytes: number;
  owners: number;
  /** When somebody last said that the bytes are about to be stored, by the clock of the database; 0: never. */
  claimed_ms: Generated<number>;
  /** While the bytes are being deleted: until when that counts, by the clock of the database. */
  doomed_until_ms: Generated<number | null>;
}

export interface CleanupTable {
  number: Generated<number>;
  at_ms: number;
  body: string;
}

export interface ClockTable {
  id: number;
  known_ms: number;
  jump_to_ms: number | null;
  jump_by_ms: number | null;
}

/** Until when a worker's runs are its own, by the clock of the database. */
export interface LeaseTable {
  worker: string;
  until_ms: number;
  /** See `domain/run/placement`; null: unknown. */
  offers: Generated<string | null>;
}

/** One row: the id that the database and its data folder have in common. */
export interface IdentityTable {
  only: number;
  id: string;
  /** Of the key that the processes use, see `key-check`; null: none has told. */
  key_fingerprint: Generated<string | null>;
}

/** Tries of passwords that may still count; see `domain/access/password-tries`. */
export interface PasswordTryTable {
  number: Generated<number>;
  kind: string;
  /** Network address or device; empty once a later try was right. */
  who: string;
  at_ms: number;
}

/** Presets, and the last values of viewers; see `domain/preset`. */
export interface PresetTable {
  script: string;
  /** As `ownerKey` writes it; empty: shared. */
  owner: string;
  /** Empty: the values with which the owner last ran the script. */
  name: string;
  maker: string;
  /** The values. */
  body: string;
  updated_at_ms: number;
  used_at_ms: number;
  /** Removed, and not yet deleted by the cleanup. */
  deleted_at_ms: number | null;
  /** Since when a cleanup has not found the script. */
  missing_since_ms: number | null;
}

/** See `domain/rollback`. */
export interface RollbackTable {
  script: string;
  id: string;
  body: string;
  /** The bytes that are published, and those of the sidecar, base64. */
  source: string;
  sidecar: string | null;
}

/** See `domain/run/choice-question`. Times are of the database's clock. */
export interface ChoiceQuestionTable {
  id: string;
  asked_at_ms: number;
  until_ms: number;
  needs: string;
  body: string;
  taken_by: string | null;
  answer: string | null;
}

/** See `domain/script/published-commit`. */
export interface PublishedCommitTable {
  /** Address of a repository. */
  source: string;
  /** Of the commit. */
  hash: string;
}

export interface Tables {
  runs: RunTable;
  lines: LineTable;
  events: EventTable;
  run_blobs: RunBlobTable;
  blobs: BlobTable;
  bundles: BundleTable;
  bundle_blobs: BundleBlobTable;
  clearings: CleanupTable;
  clock: ClockTable;
  leases: LeaseTable;
  identity: IdentityTable;
  password_tries: PasswordTryTable;
  presets: PresetTable;
  rollbacks: RollbackTable;
  choice_questions: ChoiceQuestionTable;
  published_commits: PublishedCommitTable;
  people: PeopleTable;
  accounts: AccountTable;
  sessions: SessionTable;
  tokens: TokenTable;
  shares: ShareTable;
  links: LinkTable;
  audit: AuditTable;
  script_rules: ScriptRuleTable;
}
