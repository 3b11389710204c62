/** The report model: what a reader sees of a run; a fold of its events over its notebook (see `report-fold.ts`). */
import type { Json, JsonObject } from '../text/json.ts';
import type { ReportTheme } from '../script/script-theme.ts';
import type { CellType } from '../notebook/notebook.ts';
import type { Outcome, RunArtifact, RunStatus } from '../run/run.ts';
import type { BlobReference, StoredBundle } from '../run/run-event.ts';
import type { RunTable } from '../run/table.ts';
import type { WidgetModels } from './widget-model.ts';

export type CellState = 'waiting' | 'running' | 'ok' | 'error' | 'skipped';

export interface ReportStream {
  readonly type: 'stream';
  /** Stable in the report: `c3-o5`. Live patches use it. */
  readonly id: string;
  readonly name: 'stdout' | 'stderr';
  /**
   * Carriage returns and backspaces resolved, colours kept; a long stream continues in the next output (see
   * `stream-text.ts`). In a report with `asPrinted`: all that was printed, unchanged.
   */
  readonly text: string;
}

export interface ReportDisplay {
  readonly type: 'display';
  readonly id: string;
  readonly data: StoredBundle;
  readonly metadata: JsonObject;
  readonly displayId?: string;
  readonly executionCount?: number;
  /** For a view of a widget of a report that has no models: the Output widgets that it shows. */
  readonly widgets?: readonly string[];
  /** For a view of a widget: the Output widgets that it shows, in order. */
  readonly inside?: readonly ReportInside[];
  /** It shows a table, which is kept as `kept` or not, for the reason `unkept`. */
  readonly tableKey?: string;
  readonly kept?: RunTable;
  readonly unkept?: string;
}

/** The outputs of an Output widget, as one view of it shows them: their ids are those of the view. */
export interface ReportInside {
  readonly widget: string;
  readonly id: string;
  readonly outputs: readonly ReportOutput[];
}

export interface ReportError {
  readonly type: 'error';
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly traceback: readonly string[];
}

export interface ReportNotice {
  readonly type: 'notice';
  readonly id: string;
  readonly text: string;
}

export type ReportOutput = ReportStream | ReportDisplay | ReportError | ReportNotice;

export interface ReportCell {
  /** Position in the executed notebook, as in events. */
  readonly index: number;
  readonly type: CellType;
  readonly source: string;
  readonly attachments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly injected: boolean;
  readonly state: CellState;
  readonly outputs: readonly ReportOutput[];
  /** Set while `clear_output(wait=True)` waits for the output that replaces the current ones. */
  readonly clearing?: true;
  readonly ms?: number;
  readonly executionCount?: number;
}

/** A file beside the script, kept with the report. Its bytes are base64 in the blob's value. */
export interface ReportFile {
  readonly mime: string;
  readonly file: BlobReference;
}

export interface Report {
  /** Name of the script; absent where the report is of no published one. */
  readonly script?: string;
  /** Sequence number of the last folded event; 0 for none. */
  readonly seq: number;
  readonly title: string;
  readonly language: string;
  readonly showCode: boolean;
  /** The look that the notebook wants; absent: as the project or the reader wants it. */
  readonly theme?: ReportTheme;
  /** Streams are kept as they were printed: for the executed notebook, not for display. */
  readonly asPrinted?: true;
  readonly status: RunStatus;
  readonly outcome?: Outcome;
  /** The first cells were not run for this report: when their data was taken, and its age. */
  readonly snapshot?: { readonly takenAtMs: number; readonly ageMs: number; readonly timezone: string };
  readonly cells: readonly ReportCell[];
  /** What Output widgets contain, by the widgets' ids, in the order in which they first got something. */
  readonly widgets?: readonly { readonly id: string; readonly content: ReportCell }[];
  /** The state of its widgets; absent if it has none, or was stored without. */
  readonly models?: WidgetModels;
  readonly notices: readonly ReportNotice[];
  readonly progress?: { readonly fraction: number; readonly text: string };
  readonly results: readonly { readonly name: string; readonly value: Json }[];
  readonly artifacts: readonly RunArtifact[];
  readonly tables: readonly RunTable[];
  /** By path, relative to the script's folder (`filePath`). */
  readonly files: ReadonlyMap<string, ReportFile>;
}

/** The state of widgets for the browser, or the part of it that has changed, by their ids. */
export type ShownModels = Readonly<Record<string, ShownModel>>;

export interface ShownModel {
  readonly state: JsonObject;
  /** Binary values, base64, and their places in the state. */
  readonly buffers?: readonly { readonly path: readonly (string | number)[]; readonly data: string }[];
}

/**
 * One change of a displayed report. Targets are element ids of the rendered document. `html` is a whole element, made
 * by the same renderer as the document.
 */
export type ReportPatch =
  | { readonly type: 'append'; readonly target: string; readonly html: string }
  | { readonly type: 'replace'; readonly target: string; readonly html: string }
  | { readonly type: 'remove'; readonly target: string }
  /** Widgets that are new, or whose state has new values. Before the patches whose elements show them. */
  | { readonly type: 'widgets'; readonly models: ShownModels }
  /** Sets `data-state` of a cell. */
  | { readonly type: 'state'; readonly target: string; readonly state: CellState };
