/**
 * The one vocabulary of what happens in a run. The live page, the report, the API and the exports are folds of it.
 * Stored for ever: never change the meaning of a field; add optional ones, and bump `EVENT_VERSION` with an upgrader.
 */
import type { Json, JsonObject } from '../text/json.ts';
import type { ParameterValues } from '../parameter/parameter.ts';
import type { Outcome, RunArtifact } from './run.ts';

export const EVENT_VERSION = 1;

/** Stands in a bundle for a value that lies in the blob store. */
export interface BlobReference {
  readonly $blob: string;
  readonly sizeBytes: number;
  /** How the bytes become the bundle's value again. */
  readonly encoding: 'text' | 'base64' | 'json';
}

/** A MIME bundle whose large values are references. */
export type StoredBundle = Readonly<Record<string, Json | BlobReference>>;

export type Supply = 'cold' | 'pool' | 'fork' | 'prefork' | 'snapshot';

export type Output =
  | {
      readonly type: 'display';
      readonly data: StoredBundle;
      readonly metadata: JsonObject;
      readonly displayId?: string;
      readonly executionCount?: number;
    }
  | { readonly type: 'error'; readonly name: string; readonly value: string; readonly traceback: readonly string[] };

/** `cell` is the position in the executed notebook, that is, after the injected cell was put in. */
export type RunEvent =
  | {
      readonly type: 'run-queued';
      readonly script: string;
      readonly revision: string;
      readonly parameters: ParameterValues;
    }
  | {
      readonly type: 'run-started';
      readonly attempt: number;
      readonly worker: string;
      readonly cells: number;
      /** The cell that carries the values: where it was put, its source, and whether it replaced an older one. */
      readonly injected?: { readonly at: number; readonly source: string; readonly replaces: boolean };
    }
  | {
      readonly type: 'kernel-ready';
      readonly supply: Supply;
      readonly ms: number;
      readonly environment: string;
      /**
       * The run goes on from a snapshot: when it was taken, how old it was, and in which zone the run reads its times.
       */
      readonly snapshot?: { readonly takenAtMs: number; readonly ageMs: number; readonly timezone: string };
      /** Why the run had to do without the snapshot that its script asks for. */
      readonly withoutSnapshot?: { readonly cell?: number; readonly reason: string };
    }
  | {
      readonly type: 'cell-started';
      readonly cell: number;
      /** What comes up to the cell's end was recorded when the snapshot was taken. */
      readonly fromSnapshot?: true;
    }
  | { readonly type: 'output-added'; readonly cell: number; readonly output: Output }
  | {
      readonly type: 'stream-appended';
      readonly cell: number;
      readonly name: 'stdout' | 'stderr';
      readonly text: string;
    }
  | {
      readonly type: 'output-updated';
      readonly displayId: string;
      readonly data: StoredBundle;
      readonly metadata: JsonObject;
    }
  | { readonly type: 'outputs-cleared'; readonly cell: number; readonly wait: boolean }
  | { readonly type: 'progress'; readonly fraction: number; readonly text: string }
  /** A result or an artifact of a known name replaces the earlier one. */
  | { readonly type: 'result-published'; readonly name: string; readonly value: Json }
  | { readonly type: 'artifact-added'; readonly artifact: RunArtifact }
  /** Something the viewer should know that no cell printed: output cut, writes thrown away, a file refused. */
  | { readonly type: 'notice'; readonly cell?: number; readonly text: string }
  | {
      readonly type: 'cell-finished';
      readonly cell: number;
      readonly status: 'ok' | 'error' | 'skipped';
      readonly ms: number;
      readonly executionCount?: number;
      /** The cell that carries the values: none of the author's steps. */
      readonly injected?: true;
    }
  | { readonly type: 'run-finished'; readonly outcome: Outcome };

/** An event with its place in the run's log. `seq` starts at 1 and has no gaps. */
export interface StoredEvent {
  readonly seq: number;
  readonly atMs: number;
  readonly event: RunEvent;
}
