/** A run: one execution of a revision of a script with values. */
import type { Json } from '../text/json.ts';
import type { ParameterValues } from '../parameter/parameter.ts';

export type RunStatus =
  'queued' | 'starting' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'timed-out' | 'kernel-died' | 'lost';

/** Of runs that have no outcome yet. */
export const UNFINISHED: readonly RunStatus[] = ['queued', 'starting', 'running'];

export const FINAL_STATUSES = ['succeeded', 'failed', 'cancelled', 'timed-out', 'kernel-died', 'lost'] as const;

/**
 * How a run ended; `type` is the run's last status. `cell` is the position in the executed notebook, `step` counts code
 * cells from 1, without the injected one.
 */
export type Outcome =
  | { readonly type: 'succeeded'; readonly message?: string }
  | { readonly type: 'failed'; readonly cell?: number; readonly step?: number; readonly exception?: Exception }
  | { readonly type: 'cancelled'; readonly by: string }
  | {
      readonly type: 'timed-out';
      readonly limit: TimeLimit;
      readonly limitMs: number;
      readonly cell?: number;
      readonly step?: number;
    }
  | {
      readonly type: 'kernel-died';
      readonly cell?: number;
      readonly step?: number;
      readonly exitCode?: number;
      readonly signal?: string;
      /** The limit that ended it, such as `memory`; `used` and `limit` in that limit's unit (bytes). */
      readonly limit?: ProcessLimit;
      readonly limitValue?: number;
      readonly used?: number;
      /** What went wrong in one line, if it is known. */
      readonly message?: string;
    }
  | { readonly type: 'lost' };

export type ProcessLimit = 'memory' | 'processes' | 'disk';

export type TimeLimit = 'wall' | 'cell' | 'idle' | 'queue' | 'start';

export interface Exception {
  readonly name: string;
  readonly value: string;
}

export interface RunArtifact {
  /** Safe file name, unique in the run. */
  readonly name: string;
  readonly mime: string;
  readonly sizeBytes: number;
  /** Content hash in the blob store. */
  readonly hash: string;
}

export type Trigger = 'form' | 'api' | 'cli' | 'again';

/** The most urgent first. `interactive`: somebody looks at the page; `scheduled` and `batch`: nobody waits for it. */
export const PRIORITIES = ['interactive', 'api', 'scheduled', 'batch'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface Run {
  /** URL-safe, at least 122 random bits. */
  readonly id: string;
  readonly script: string;
  /** The script's title at submit, so that history survives the script. */
  readonly title: string;
  readonly revision: string;
  /** The sidecar of the script at submit; `hash` names its bytes. */
  readonly sidecar?: { readonly file: string; readonly hash: string };
  /** The commit from which the script came, if its source is a repository. */
  readonly commit?: string;
  /** Hash of the files beside the script at submit (see `bundle`); absent: they are those where it executes. */
  readonly bundle?: string;
  /** Hash of what declares its packages at submit (see `script-environment`); absent: the default environment. */
  readonly packages?: string;
  /** Values as given (relative dates unresolved, passwords masked). */
  readonly given: ParameterValues;
  /** Values as injected (relative dates resolved, passwords masked). */
  readonly parameters: ParameterValues;
  readonly status: RunStatus;
  readonly outcome?: Outcome;
  readonly by: string;
  readonly trigger: Trigger;
  readonly priority: Priority;
  /** The run that this one repeats. */
  readonly parent?: string;
  /** 0 if never started; each claim by a worker adds one, and fences the previous one. */
  readonly attempt: number;
  readonly timezone: string;
  /** Kernel language and versions, known from `kernel-ready`. */
  readonly environment?: string;
  readonly serverVersion: string;
  /** When the data that its first cells read was taken. */
  readonly dataAtMs?: number;
  /** Why it did not use its script's snapshot: a sentence for the author. */
  readonly withoutSnapshot?: string;
  readonly createdAtMs: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  /** When retention deletes it; absent while pinned or unfinished. */
  readonly expiresAtMs?: number;
  readonly pinned: boolean;
  /** Code cells of the script; the one that carries the values is not counted. */
  readonly cells: { readonly total: number; readonly done: number };
  readonly progress?: { readonly fraction: number; readonly text: string };
  readonly results: readonly { readonly name: string; readonly value: Json }[];
  readonly artifacts: readonly RunArtifact[];
  /** In lists: which of these are shortened here; the run itself has everything. */
  readonly shortened?: readonly ('given' | 'parameters' | 'results' | 'artifacts')[];
  /** Set when the report was deleted: its address answers 410 with script and values. */
  readonly deletedAtMs?: number;
}

export function isFinal(status: RunStatus): boolean {
  return (FINAL_STATUSES as readonly RunStatus[]).includes(status);
}
