/** Kernels (port): a process of its own for each run, however it is supplied. Implemented by `kernel/`. */
import type { JsonObject } from '../text/json.ts';
import type { MimeBundle } from '../notebook/notebook.ts';
import type { ProcessLimit } from '../run/run.ts';
import type { Supply } from '../run/run-event.ts';
import type { ScriptProblem } from '../problem.ts';
import type { Peer, SocketEnds } from '../access/peer.ts';

/** Bounds of all processes of one kernel together; 0: none. */
export interface KernelLimits {
  readonly memoryBytes: number;
  /** Processes and threads. */
  readonly processes: number;
  readonly processors: number;
  /** Of a single file. */
  readonly fileBytes: number;
  /** Of all files that it writes while it runs. */
  readonly diskBytes: number;
}

/** What of a notebook decides about its kernel. */
export interface KernelChoice {
  /**
   * Kernelspec name that the notebook asks for; undefined, or unknown in a Python notebook: the default of the
   * language.
   */
  readonly kernelName: string | undefined;
  readonly language: string;
}

export interface KernelRequest extends KernelChoice {
  readonly runId: string;
  /** Absolute folder of the script: the kernel's working directory, on `sys.path`. */
  readonly directory: string;
  /** Absolute, empty, private to the run: `SCRIPT_RUNNER_OUTPUT_DIR`. */
  readonly outputDirectory: string;
  /** Further variables for this run alone (password parameters, connections). */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute folders outside the run's own that its writes may really reach: those of its SQLite connections. */
  readonly writablePaths?: readonly string[];
  /** Absolute folders that it may read although others may not: that of its connections. */
  readonly readablePaths?: readonly string[];
  /** What `script_runner.params` holds, passwords included; JSON. */
  readonly params: JsonObject;
  /**
   * Modules that the script's cells import at top level, dotted: a kernel may have loaded the installed ones before.
   */
  readonly imports?: readonly string[];
  /** Present where a kernel that has run these cells already is welcome. */
  readonly prefix?: { readonly plan: Prefix; /** Of this run's own connections. */ readonly fingerprint: string };
}

/**
 * The cells above the parameters of a script that asks to have them run beforehand: a snapshot of the kernel after
 * them.
 */
export interface Prefix {
  readonly script: string;
  /** Code cells, by position in the executed notebook. */
  readonly cells: readonly { readonly index: number; readonly source: string; readonly mayFail: boolean }[];
  readonly kernelName: string | undefined;
  readonly language: string;
  /** As the request's. */
  readonly directory: string;
  /** No run gets a snapshot that is older. */
  readonly ttlMs: number;
  readonly wallMs: number;
  readonly cellMs: number;
  readonly outputBytes: number;
}

/** Prepares what a script may use of connections: in the folder, absolute, and in variables. */
export type ConnectPrefix = (script: string, directory: string) => Promise<PrefixConnections>;

export interface PrefixConnections {
  readonly environment: Readonly<Record<string, string>>;
  readonly writablePaths: readonly string[];
  /** To be masked in what the cells are said to have done wrong. */
  readonly secrets: readonly string[];
  /** Equal where the connections are the same, to the last password. */
  readonly fingerprint: string;
}

/** What a cell said when the snapshot was taken. */
export interface RecordedCell {
  readonly status: 'ok' | 'error';
  readonly messages: readonly KernelMessage[];
  readonly executionCount: number;
  readonly ms: number;
}

/** Why there is no snapshot: a sentence for the author. `cell`: position in the executed notebook. */
export interface SnapshotProblem {
  readonly cell?: number;
  readonly reason: string;
}

export type SnapshotState =
  | { readonly type: 'ready'; readonly takenAtMs: number }
  | { readonly type: 'making' }
  | { readonly type: 'refused'; readonly problem: SnapshotProblem; readonly atMs: number };

/** Something the kernel said while it executed a request. */
export type KernelMessage =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly type: 'display';
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
      readonly displayId?: string;
      /** Present for the value of the cell's last expression (`execute_result`). */
      readonly executionCount?: number;
    }
  | {
      readonly type: 'update-display';
      readonly displayId: string;
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
    }
  | { readonly type: 'clear-output'; readonly wait: boolean }
  /** An output that is too long to be read, or nested too deeply. `sizeBytes`: of its message. */
  | {
      readonly type: 'lost';
      readonly reason: 'size' | 'depth';
      readonly sizeBytes: number;
      /** Its beginning came before. */
      readonly isBegun: boolean;
    }
  | { readonly type: 'error'; readonly name: string; readonly value: string; readonly traceback: readonly string[] };

/** How a request ended. `aborted`: the kernel refused it because an earlier one failed. */
export interface ExecuteReply {
  readonly status: 'ok' | 'error' | 'aborted';
  readonly executionCount?: number;
}

/** Why a kernel is no more. */
export interface KernelDeath {
  readonly exitCode?: number;
  readonly signal?: string;
  /** The machine ran out of memory, whatever the kernel's own limit. */
  readonly outOfMemory?: boolean;
  /** The limit that ended it, how much it had used and how much it may; bytes, or a number of processes. */
  readonly limit?: { readonly name: ProcessLimit; readonly used: number; readonly value: number };
  /** The last few KB of what the process wrote to its own stdout and stderr. */
  readonly tail: string;
  /** Files it wrote below the scripts' folder, relative to that: the writes were private to the run and are gone. */
  readonly discardedWrites?: readonly string[];
}

export interface ExecuteOptions {
  /**
   * Messages in the kernel's order; the promise it returns holds back the next one (flow control). May still be called
   * after `execute` has settled: a thread of the cell goes on printing.
   */
  readonly onMessage: (message: KernelMessage) => void | Promise<void>;
  /** Silent requests make no history, no counter and no outputs. */
  readonly silent?: boolean;
  /** False: neither history nor counter. Default: unless it is silent. */
  readonly storeHistory?: boolean;
}

export interface Kernel {
  readonly supply: Supply;
  /** Milliseconds from `acquire` to an answering kernel. */
  readonly readyMs: number;
  /** For people: `Python 3.11.7, ipykernel 7.4.0`. */
  readonly environment: string;
  /** Absolute path of a Python kernel's interpreter, for `module-hint`. */
  readonly interpreter?: string;
  /** The cells that it has run already, with what they said. */
  readonly snapshot?: { readonly takenAtMs: number; readonly cells: ReadonlyMap<number, RecordedCell> };
  /** Why it comes without the snapshot that its script asks for; absent while that is still being made. */
  readonly withoutSnapshot?: SnapshotProblem;
  /** Settles once, when the process is no more, asked for or not. */
  readonly died: Promise<KernelDeath>;
  /**
   * Executes one piece of code; settles after both the reply and the idle status, all messages delivered. Rejects with
   * `KernelDiedError` when the kernel dies first. `input()` in the code is answered with an error that says so.
   */
  execute(code: string, options: ExecuteOptions): Promise<ExecuteReply>;
  interrupt(): Promise<void>;
  /** Kills the process and all it started; settles when they are gone and the run's sockets are removed. */
  kill(): Promise<void>;
}

export class KernelDiedError extends Error {
  readonly death: KernelDeath;

  constructor(death: KernelDeath) {
    super('The kernel died.');
    this.name = 'KernelDiedError';
    this.death = death;
  }
}

/** A process that has imports loaded, or the first cells of a script run, and forks kernels. */
export interface ForkServerStatus {
  /** Empty: the one that has ipykernel alone, or a snapshot. */
  readonly imports: readonly string[];
  /** Whose first cells it has run: a snapshot. */
  readonly script?: string;
  readonly waiting: number;
  /** Its own memory, shared pages divided; 0 where that cannot be told. */
  readonly memoryBytes: number;
  readonly ageMs: number;
}

export interface KernelStatus {
  /** Kernels that runs have now. */
  readonly running: number;
  /** Kernels that wait for a run, whatever they come from. */
  readonly waiting: number;
  readonly parents: readonly ForkServerStatus[];
}

export interface KernelSupplier {
  /**
   * A fresh kernel for this run alone. Throws `unavailable` with a remedy when none can be started, and `invalid` when
   * the notebook names a kernel that is not installed.
   */
  acquire(request: KernelRequest, signal: AbortSignal): Promise<Kernel>;
  /**
   * Gets ready for scripts with these sets of imports (see `KernelRequest.imports`), the most wanted first; returns at
   * once.
   */
  prepare?(imports: readonly (readonly string[])[]): void;
  /**
   * Settles when kernels can be had, where they are still being made ready; undefined from then on. Nothing is claimed
   * before.
   */
  whenReady?(): Promise<unknown> | undefined;
  /** Takes the snapshot in the background, unless it is there; returns at once. */
  prepareSnapshot?(prefix: Prefix): void;
  /** Undefined for a script that asked for none. */
  snapshot?(script: string): SnapshotState | undefined;
  /** True once a kernel has answered. */
  ready(): boolean;
  /** Why no run can start, and what would mend it; undefined while all is well or still getting ready. */
  problem?(): string | undefined;
  /**
   * The kernel that a notebook asks for and that is not installed: what to do about it. Undefined where it is, or where
   * nothing is known yet.
   */
  missing?(choice: KernelChoice): Promise<ScriptProblem | undefined>;
  /** Whether a kernel, or what it has started, is the client of this connection to the server. Never rejects. */
  peer?(ends: SocketEnds): Promise<Peer>;
  /** Process ids that the living kernels descend from. */
  pids?(): readonly number[];
  /** How many kernels there are, and what they come from. */
  status?(): Promise<KernelStatus>;
  /**
   * Memory of each run's kernel and all that it started, shared pages divided, by run id. Each is asked: only for
   * somebody who looks.
   */
  memory?(): Promise<ReadonlyMap<string, number>>;
  /** What `/admin` shows. */
  describe(): readonly { readonly label: string; readonly value: string }[];
  close(): Promise<void>;
}
