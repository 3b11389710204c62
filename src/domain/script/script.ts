/** A published notebook, named by its path under `scripts/` without the extension. */
import type { FoundEnvironment } from './script-environment.ts';
import type { ReportTheme } from './script-theme.ts';
import type { Finding } from '../finding.ts';
import type { ScriptProblem } from '../problem.ts';
import type { Notebook } from '../notebook/notebook.ts';
import type { ParametersSchema } from '../parameter/parameter.ts';

/** `broken`: cannot be run, see `problem`. `shadowed`: another file with the same name is published. */
export type ScriptState = 'ready' | 'broken' | 'shadowed';

/** Its packages are those that it declares, in itself or in a file of its folder; absent: those of the default. */
export interface Script extends FoundEnvironment {
  /** `sales/weekly`: `/`-separated, Unicode NFC. */
  readonly name: string;
  /** Path of the file under `scripts/`, with its extension, as spelt in the file system. */
  readonly file: string;
  readonly title: string;
  /** Plain text, one or two sentences; empty if the author wrote none. */
  readonly description: string;
  /**
   * The category: `metadata.script_runner.category`, the classic row, or the folder part of `name`; empty at the top.
   */
  readonly folder: string;
  readonly tags: readonly string[];
  readonly owner?: string;
  readonly contact?: string;
  /** Its author does not publish it (`script_runner.publish: false`): it exists for operators only. */
  readonly isDraft?: true;
  /** Who may do what with it, as it says itself (`script_runner.access`), and the file that does; see `script-rule`. */
  readonly access?: { readonly text: string; readonly file: string };
  /** An earlier revision is published in place of its file; see `domain/rollback`. */
  readonly rolledBack?: { readonly atMs: number; readonly by: string };
  /** Earlier names (`script_runner.aliases`) that lead to it. */
  readonly aliases?: readonly string[];
  readonly language: string;
  /** The kernel that the notebook asks for, if it names one. */
  readonly kernelName?: string;
  /** Content hash (SHA-256, hex) of the file. */
  readonly revision: string;
  readonly updatedAtMs: number;
  readonly state: ScriptState;
  readonly problem?: ScriptProblem;
  /** Why its file cannot be read now: it is being written, and the script is what it was before. */
  readonly saving?: ScriptProblem;
  /**
   * What needs its author's attention, as far as can be seen without a run, the worst first. Computed when first
   * needed: it takes as long as everything else. Absent in lists, see `ScriptSource.review`.
   */
  readonly findings?: () => readonly Finding[];
  /** Kinds of findings of which its author wants to hear nothing. */
  readonly ignored?: readonly string[];
  readonly schema: ParametersSchema;
  /** Parameters whose default the notebook's own cell gives them: see `injectedValues`. */
  readonly ownDefaults?: readonly string[];
  /** Parameters that the code reads itself, by calls: they are not injected as variables. */
  readonly called?: readonly string[];
  /** Where each parameter is declared, the place with precedence last: see `parameterOrigins`. */
  readonly origins?: Readonly<Record<string, readonly string[]>>;
  readonly options: ScriptOptions;
}

/** All names that lead to it, its own first. */
export function namesOf({ name, aliases = [] }: Pick<Script, 'name' | 'aliases'>): readonly string[] {
  return [name, ...aliases];
}

/** What the author may set for the script as a whole. */
export interface ScriptOptions {
  /** Show the code to viewers initially; they can switch it on or off. */
  readonly showCode: boolean;
  /** Look of its reports (`metadata.script_runner.theme`); absent: as in the settings. */
  readonly theme?: ReportTheme;
  /** Variables offered as CSV after the run (classic `download|VAR` rows). */
  readonly downloads: readonly string[];
  /** `metadata.script_runner.tables`; absent: as in the settings. */
  readonly keepsTables?: false;
  /** How many of its runs may execute at once (`metadata.script_runner.concurrency`); absent: as in the settings. */
  readonly concurrency?: number;
  /** How often a run begins again whose worker has vanished (`metadata.script_runner.retries`); absent: never. */
  readonly retries?: number;
  /** Tags that its workers must have (`metadata.script_runner.needs`). */
  readonly needs?: readonly string[];
  /** Memory that a run must be allowed (`metadata.script_runner.needs_memory`, such as `8GB`). */
  readonly memoryBytes?: number;
  /**
   * Files and folders elsewhere in the scripts folder that travel with it (`metadata.script_runner.files`), relative to
   * its own: `../shared`.
   */
  readonly files?: readonly string[];
  /** Days to keep reports (`metadata.script_runner.retain_days`); absent: as in the settings. */
  readonly retainDays?: number;
  /**
   * Number of reports to keep (`retain_count`), and the space they may take (`retain_bytes`, such as `500MB`); absent:
   * the script sets no limit.
   */
  readonly retainCount?: number;
  readonly retainBytes?: number;
  /**
   * The cells above the inputs may be run in advance (`metadata.script_runner.snapshot`, or cells tagged `snapshot`).
   */
  readonly snapshot?: ScriptSnapshot;
}

export interface ScriptSnapshot {
  /** No report is made with an older one. */
  readonly ttlMs: number;
  /** Position of the last cell that is run in advance. */
  readonly lastCell: number;
  /** Why there can be none; a sentence for the author. */
  readonly problem?: string;
}

/** The file beside a script that refines its parameters. `file`: its path below the scripts folder. */
export interface Sidecar {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** A script with the exact bytes from which it was read. */
export interface ScriptContent {
  readonly script: Script;
  readonly bytes: Uint8Array;
  /** Its sidecar, if there is one. */
  readonly sidecar?: Sidecar;
  readonly notebook: Notebook;
  /** Absolute folder of the file, in which its kernel starts. */
  readonly directory: string;
  /** The commit from which it comes, if its source is a repository. */
  readonly commit?: string;
}

/** The first reading of the scripts folder. */
export interface ScriptReading {
  /** Files that were read, of `total`; undefined: they are being counted. */
  readonly read: number;
  readonly total: number | undefined;
  /** What was read, sorted by name; without earlier names, which may belong to a file that is still to be read. */
  readonly scripts: readonly Script[];
  /** Settles when the reading has ended; never rejects. */
  readonly ended: Promise<void>;
}

/** The published scripts (port). Implemented over a folder by `files/`. */
export interface ScriptSource {
  /**
   * All scripts, including broken and shadowed ones, sorted by name: the same list, and the same objects, until
   * something changes.
   */
  list(): Promise<readonly Script[]>;
  /**
   * The first reading of the folder, while it is under way; undefined: all scripts are known. Until then the other
   * functions wait for what they need, and throw `unavailable` where that takes too long.
   */
  reading?(): ScriptReading | undefined;
  /** By its name or an earlier one, in constant time. */
  find(name: string): Promise<Script | undefined>;
  /** Throws `not-found`, or `invalid` with the problem's text when the script is broken. */
  read(name: string): Promise<ScriptContent>;
  /** The findings of a script, read from its file now; none for one that is broken or unknown. */
  review(name: string): Promise<readonly Finding[]>;
  /**
   * Parses stored bytes as the named script's revision, with the sidecar of that time: what a queued run executes.
   * Throws `invalid`. `commit`: from which they came; `directory` is then that of the commit, if it is still there.
   */
  parse(name: string, bytes: Uint8Array, sidecar?: Sidecar, commit?: string): Promise<ScriptContent>;
  /**
   * Called after a saved file is visible in `list`, and after the first reading; returns a function that unsubscribes.
   */
  onChange(listener: () => void): () => void;
  /** Why saved files are noticed later than at once; undefined: they are not. */
  watchProblem?(): ScriptProblem | undefined;
  close(): Promise<void>;
}
