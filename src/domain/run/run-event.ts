/**
 * The one vocabulary of events in a run. The live page, the report, the API and the exports are folds of it. Stored for
 * ever: never change the meaning of a field; add optional ones, and bump `EVENT_VERSION` with an upgrader.
 */
import type { Json, JsonObject } from '../text/json.ts';
import type { ParameterValues } from '../parameter/parameter.ts';
import type { Outcome, RunArtifact } from './run.ts';
import type { RunTable } from './table.ts';

export const EVENT_VERSION = 1;

/** Replaces a value in a bundle that is stored as a blob. */
export interface BlobReference {
  readonly $blob: string;
  readonly sizeBytes: number;
  /** How the bytes are converted back to the bundle's value. */
  readonly encoding: 'text' | 'base64' | 'json';
}

/** A MIME bundle whose large values are references. */
export type StoredBundle = Readonly<Record<string, Json | BlobReference>>;

export type Supply = 'cold' | 'pool' | 'fork' | 'prefork' | 'snapshot' | 'gateway';

export type Output =
  | {
      readonly type: 'display';
      readonly data: StoredBundle;
      readonly metadata: JsonObject;
      readonly displayId?: string;
      readonly executionCount?: number;
      /** The Output widgets that this view of a widget shows, in order. */
      readonly widgets?: readonly string[];
      /** The table that it shows; a `table-kept` with this key follows. */
      readonly tableKey?: string;
    }
  | { readonly type: 'error'; readonly name: string; readonly value: string; readonly traceback: readonly string[] };

/** A binary value in the state of a widget: its place, and its bytes, base64. */
export interface WidgetBuffer {
  readonly path: readonly (string | number)[];
  readonly data: string | BlobReference;
}

/**
 * New values of a Jupyter widget's state, by key; the other keys keep theirs. Source: `schema/messages.md` of
 * ipywidgets.
 */
export interface WidgetChange {
  readonly widget: string;
  readonly state: StoredBundle;
  /** Values that are not in `state` because they are binary, or contain something binary. */
  readonly buffers?: readonly WidgetBuffer[];
  /** The notebook has closed it: Jupyter shows it no longer. */
  readonly isClosed?: true;
}

/** `cell` is the position in the executed notebook, that is, with the injected cell. */
export type RunEvent =
  | {
      readonly type: 'run-queued';
      readonly script: string;
      readonly revision: string;
      readonly parameters: ParameterValues;
      /** How often it begins again if its worker vanishes; absent: never. */
      readonly retries?: number;
    }
  /** The worker of this attempt has vanished: the run waits again, and begins anew. */
  | { readonly type: 'run-requeued'; readonly attempt: number }
  | {
      readonly type: 'run-started';
      readonly attempt: number;
      readonly worker: string;
      readonly cells: number;
      /** The cell that carries the values: its position, its source, and whether it replaced an older one. */
      readonly injected?: { readonly at: number; readonly source: string; readonly replaces: boolean };
    }
  | {
      readonly type: 'kernel-ready';
      readonly supply: Supply;
      readonly ms: number;
      readonly environment: string;
      /**
       * The run continues from a snapshot: when it was taken, how old it was, and the zone in which the run reads its
       * times.
       */
      readonly snapshot?: { readonly takenAtMs: number; readonly ageMs: number; readonly timezone: string };
      /** Why the run could not use the snapshot that its script requests. */
      readonly withoutSnapshot?: { readonly cell?: number; readonly reason: string };
      /** The packages that it declares: where, and a blob with what was resolved; absent: the default environment. */
      readonly packages?: { readonly file: string; readonly hash: string; readonly sizeBytes: number };
    }
  | {
      readonly type: 'cell-started';
      readonly cell: number;
      /** Events up to the cell's end were recorded when the snapshot was taken. */
      readonly fromSnapshot?: true;
    }
  /** `widget`, here and below: not in the cell but in this Output widget, wherever a view shows it. */
  | { readonly type: 'output-added'; readonly cell: number; readonly output: Output; readonly widget?: string }
  | {
      readonly type: 'stream-appended';
      readonly cell: number;
      readonly name: 'stdout' | 'stderr';
      readonly text: string;
      readonly widget?: string;
    }
  | {
      readonly type: 'output-updated';
      readonly displayId: string;
      readonly data: StoredBundle;
      readonly metadata: JsonObject;
      readonly widgets?: readonly string[];
      readonly tableKey?: string;
    }
  | { readonly type: 'outputs-cleared'; readonly cell: number; readonly wait: boolean; readonly widget?: string }
  | { readonly type: 'widgets-changed'; readonly changes: readonly WidgetChange[] }
  | { readonly type: 'progress'; readonly fraction: number; readonly text: string }
  /** A result or an artifact of a known name replaces the earlier one. */
  | { readonly type: 'result-published'; readonly name: string; readonly value: Json }
  | { readonly type: 'artifact-added'; readonly artifact: RunArtifact }
  /** Offered while the run went on, and no longer in the output folder at its end: renamed or deleted. */
  | { readonly type: 'artifact-removed'; readonly name: string }
  /**
   * A file beside the script that the report shows or its text links to. `path`: as `filePath` answers it; a later
   * event replaces it.
   */
  | { readonly type: 'file-kept'; readonly path: string; readonly mime: string; readonly file: BlobReference }
  /** The table behind an output, in full; or why it is not kept, as in “it is too large”. */
  | { readonly type: 'table-kept'; readonly key: string; readonly table?: RunTable; readonly problem?: string }
  /** Something that the viewer should know and that no cell printed: output cut, writes discarded, a file refused. */
  | { readonly type: 'notice'; readonly cell?: number; readonly text: string }
  | {
      readonly type: 'cell-finished';
      readonly cell: number;
      readonly status: 'ok' | 'error' | 'skipped';
      readonly ms: number;
      readonly executionCount?: number;
      /** The cell that carries the values: not a step of the author's. */
      readonly injected?: true;
    }
  | { readonly type: 'run-finished'; readonly outcome: Outcome };

/** An event with its position in the run's log. `seq` starts at 1 and has no gaps. */
export interface StoredEvent {
  readonly seq: number;
  readonly atMs: number;
  readonly event: RunEvent;
}
