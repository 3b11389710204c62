/** Kernels (port): a separate process for each run, however it is supplied. Implemented by `kernel/`. */
import type { Json, JsonObject } from '../text/json.ts';
import type { LongJson } from '../text/json-long.ts';
import type { ProcessLimit } from '../run/run.ts';
import type { Supply } from '../run/run-event.ts';
import type { ScriptProblem } from '../problem.ts';
import type { Peer, SocketEnds } from '../access/peer.ts';

/** The facts about a notebook that determine its kernel. */
export interface KernelChoice {
  /**
   * Kernelspec name that the notebook asks for; if undefined, or unknown in a Python notebook: the default of the
   * language.
   */
  readonly kernelName: string | undefined;
  readonly language: string;
  /** Absolute path of the interpreter of its environment, for Python; absent: the default one. */
  readonly python?: string;
}

export interface KernelRequest extends KernelChoice {
  readonly runId: string;
  /** Of the run; absent for kernels outside of runs. */
  readonly attempt?: number;
  /** The name of the script; absent for kernels outside of runs. */
  readonly script?: string;
  /** It does not go to a gateway if this machine has kernels. */
  readonly isLocal?: true;
  /** Absolute folder of the script: the kernel's working directory, on `sys.path`. */
  readonly directory: string;
  /** Absolute folder around `directory` whose files the run changes only privately; absent: the scripts folder. */
  readonly root?: string;
  /** Absolute: the scripts folder of the run's commit; absent: the server's. */
  readonly scriptsFolder?: string;
  /** Absolute, empty, private to the run: `SCRIPT_RUNNER_OUTPUT_DIR`. */
  readonly outputDirectory: string;
  /** Further variables for this run alone (password parameters, connections). */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute folders outside the run's own to which its writes really go: those of its SQLite connections. */
  readonly writablePaths?: readonly string[];
  /** Absolute folders that it may read although others may not: the folder of its connections. */
  readonly readablePaths?: readonly string[];
  /** The files that were given to the run, which it may only read; absent: none were. */
  readonly uploads?: GivenFolder;
  /** The content of `script_runner.params`, including passwords; JSON. */
  readonly params: JsonObject;
  /**
   * Modules that the script's cells import at top level, dotted: a kernel may have loaded the installed ones already.
   */
  readonly imports?: readonly string[];
  /**
   * The first code cells, by position in the executed notebook. A kernel may execute those of them that are plain
   * before anything else (see `Kernel.executed`): they must have no effect outside of it, show nothing and not fail.
   */
  readonly firstCells?: readonly { readonly index: number; readonly source: string }[];
  /**
   * The cell behind these, which may be sent before the kernel has said what it has executed, once `mayBegin` is true
   * (see `Kernel.sentFirst`). `mayBegin` never rejects.
   */
  readonly firstRequest?: { readonly cell: number; readonly source: string; readonly mayBegin: Promise<boolean> };
  /** Present if a kernel that has already run these cells may be used; what is first for it is what is behind them. */
  readonly prefix?: PrefixRequest;
}

export interface PrefixRequest extends Pick<KernelRequest, 'firstCells' | 'firstRequest'> {
  readonly plan: Prefix;
  /** Of this run's own connections. */
  readonly fingerprint: string;
}

/** A folder of files that are given to a run. */
export interface GivenFolder {
  /** Absolute, of this machine. */
  readonly folder: string;
  /** The same or, for a kernel elsewhere, the absolute folder there that gets the files. */
  readonly place: string;
}

/** The files beside a script, for a kernel elsewhere. Paths are `/`-separated and relative. */
export interface FilesToSend {
  /** The script's folder, in which the kernel starts; empty: the folder of the files itself. */
  readonly folder: string;
  readonly files: readonly {
    readonly path: string;
    readonly isProgram: boolean;
    /** Throws if it has disappeared. */
    read(): Promise<Uint8Array>;
  }[];
  /** Paths of those that are left out. */
  readonly left: readonly string[];
}

/** The cells above the parameters of a script that requests a snapshot: a snapshot of the kernel after them. */
export interface Prefix {
  readonly script: string;
  /** Code cells, by position in the executed notebook. */
  readonly cells: readonly { readonly index: number; readonly source: string; readonly mayFail: boolean }[];
  readonly kernelName: string | undefined;
  readonly language: string;
  /** As in the request. */
  readonly python?: string;
  /** As in the request. */
  readonly directory: string;
  /** No run gets an older snapshot. */
  readonly ttlMs: number;
  readonly wallMs: number;
  readonly cellMs: number;
  readonly outputBytes: number;
  /** The limits of the tables that its cells show, as kernels read them; empty: none is kept. */
  readonly tables: string;
}

/** What a kernel should have ready before somebody presses Run. */
export interface KernelNeed {
  /** How many shall wait. */
  readonly kernels: number;
  /** As in the request. */
  readonly imports: readonly string[];
  /** As in the request. */
  readonly python?: string;
  /** Of a script that requests a snapshot. */
  readonly prefix?: Prefix;
}

/** Prepares the connections that a script may use: in the folder (absolute path), and in variables. */
export type ConnectPrefix = (script: string, directory: string) => Promise<PrefixConnections>;

export interface PrefixConnections {
  readonly environment: Readonly<Record<string, string>>;
  readonly writablePaths: readonly string[];
  /** To be masked in errors of the cells. */
  readonly secrets: readonly string[];
  /** Equal if the connections are the same, including all passwords. */
  readonly fingerprint: string;
}

/** A cell that a kernel has executed before the run asked for it, with its messages. */
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

/** The formats of an output by MIME type. */
export type DisplayData = Readonly<Record<string, Json | LongJson>>;

/** A message of the kernel while it executed a request. */
export type KernelMessage =
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly type: 'display';
      readonly data: DisplayData;
      readonly metadata: JsonObject;
      readonly displayId?: string;
      /** Present for the value of the cell's last expression (`execute_result`). */
      readonly executionCount?: number;
    }
  | {
      readonly type: 'update-display';
      readonly displayId: string;
      readonly data: DisplayData;
      readonly metadata: JsonObject;
    }
  | { readonly type: 'clear-output'; readonly wait: boolean }
  /** A Jupyter widget was made, or a part of its state changed. */
  | {
      readonly type: 'widget-changed';
      readonly widget: string;
      readonly state: JsonObject;
      /** Binary values of the state, and their places in it. */
      readonly buffers?: readonly { readonly path: readonly (string | number)[]; readonly bytes: Uint8Array }[];
      /** The whole list that the kernel gives to an Output widget. */
      readonly outputs?: readonly KernelMessage[];
    }
  | { readonly type: 'widget-closed'; readonly widget: string }
  /**
   * An output that is too long, nested too deeply, or takes too long to be read; `link`: outputs that may be missing
   * because the connection to the kernel was lost for a time; `files`: files that are not fetched, as there are too
   * many bytes of them.
   */
  | {
      readonly type: 'lost';
      readonly reason: 'size' | 'depth' | 'effort' | 'link' | 'files';
      /** Size of its message; 0: unknown. */
      readonly sizeBytes: number;
      /** Its beginning was already delivered. */
      readonly isBegun: boolean;
    }
  | { readonly type: 'error'; readonly name: string; readonly value: string; readonly traceback: readonly string[] };

/** How a request ended. `aborted`: the kernel refused it because an earlier one failed. */
export interface ExecuteReply {
  readonly status: 'ok' | 'error' | 'aborted';
  readonly executionCount?: number;
  /** The code asked the kernel to end: nothing is executed after it. */
  readonly asksExit?: true;
}

/** Why a kernel has died. */
export interface KernelDeath {
  readonly exitCode?: number;
  readonly signal?: string;
  /** The machine ran out of memory, regardless of the kernel's own limit. */
  readonly outOfMemory?: boolean;
  /** The limit that ended it, what it used and what it may use; bytes, or a number of processes. */
  readonly limit?: { readonly name: ProcessLimit; readonly used: number; readonly value: number };
  /** What is known of it elsewhere: a sentence. */
  readonly reason?: string;
  /** The last few KB that the process wrote to its own stdout and stderr. */
  readonly tail: string;
  /**
   * Files that it wrote below the scripts folder, relative to that: the writes were private to the run and are
   * discarded.
   */
  readonly discardedWrites?: readonly string[];
}

export interface ExecuteOptions {
  /**
   * Receives messages in the kernel's order; the promise it returns holds back the next one (flow control). May still
   * be called after `execute` has settled: a thread of the cell may continue to print.
   */
  readonly onMessage: (message: KernelMessage) => void | Promise<void>;
  /** Silent requests add no history, no counter and no outputs. */
  readonly silent?: boolean;
  /** False: neither history nor counter. Default: unless the request is silent. */
  readonly storeHistory?: boolean;
  /** Called when the kernel says that it begins. */
  readonly onBegin?: () => void;
}

/** A request that was sent while earlier ones had not ended. */
export interface RequestAhead {
  /** From now on its messages are delivered, and `reply` may settle. */
  open(): void;
  /** As `execute`. */
  readonly reply: Promise<ExecuteReply>;
}

/** A request that was sent before anybody knew whether it is the next one. */
export interface UnclaimedRequest {
  /** The kernel executes it, although it has not said so. */
  begin(): void;
  /** Called at most once, and before any other request is sent: it is the next one. */
  claim(options: ExecuteOptions): RequestAhead;
}

export interface EndOptions extends Pick<ExecuteOptions, 'onMessage'> {
  /** The caller kills the kernel after this time; one that waits for nothing but that ends by a signal before. */
  readonly limitMs: number;
}

export interface Kernel {
  readonly supply: Supply;
  /** Milliseconds from `acquire` until the kernel answered. */
  readonly readyMs: number;
  /** For people: `Python 3.11.7, ipykernel 7.4.0`. */
  readonly environment: string;
  /** Absolute path of a Python kernel's interpreter, for `module-hint`. */
  readonly interpreter?: string;
  /** The cells that it has already run, with their messages. */
  readonly snapshot?: { readonly takenAtMs: number; readonly cells: ReadonlyMap<number, RecordedCell> };
  /** Those of `firstCells` that it has executed; absent: it was given none. */
  readonly executed?: ReadonlyMap<number, RecordedCell>;
  /** `firstRequest`, where it was sent. It is executed only if all of `firstCells` have been. */
  readonly sentFirst?: UnclaimedRequest & { readonly cell: number };
  /** Why it comes without the snapshot that its script requests; absent while that is still being made. */
  readonly withoutSnapshot?: SnapshotProblem;
  /**
   * Where what it writes below the scripts' folder lies while it lives, where that is kept apart: `path` in an absolute
   * folder. The kernel can change all below `folder`.
   */
  readonly written?: { readonly folder: string; readonly path: readonly string[] };
  /** Settles once, when the process has exited, whether requested or not. */
  readonly died: Promise<KernelDeath>;
  /**
   * Executes one piece of code; settles after both the reply and the idle status, when all messages are delivered.
   * Rejects with `KernelDiedError` if the kernel dies first. `input()` in the code gets an error that says it cannot be
   * answered.
   */
  execute(code: string, options: ExecuteOptions): Promise<ExecuteReply>;
  /**
   * Sends a request before those sent earlier have ended. It is executed if the one sent just before it has succeeded,
   * otherwise `aborted`. Absent: the kernel cannot promise that.
   */
  executeAfter?(code: string, options: ExecuteOptions): RequestAhead;
  /**
   * Lets the program end as programs of its language do: threads, exit handlers, open files. Settles and rejects as
   * `execute`; a Python kernel still lives then, one of another language has exited. Absent: its programs can only be
   * killed.
   */
  readonly endProgram?: (options: EndOptions) => Promise<ExecuteReply>;
  /**
   * Sends the end of the program before the cell sent last has ended. It takes place if that succeeds and the run has
   * added nothing that could still show something, or write or remove files: exit handlers, threads, programs.
   * Otherwise `aborted`: the program has not ended. Absent: the kernel cannot promise that.
   */
  endProgramAfter?(options: Pick<ExecuteOptions, 'onMessage'>): RequestAhead;
  /**
   * Brings what the run has written to its output folder here, before the kernel is killed. Absent: the kernel writes
   * to that folder itself. Rejects as `execute`.
   */
  readonly fetchFiles?: () => Promise<void>;
  interrupt(): Promise<void>;
  /** Kills the process and all it started; settles when they have exited and the run's sockets are removed. */
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

/** A process that has loaded imports, or run the first cells of a script, and forks kernels. */
export interface ForkServerStatus {
  /** Empty: the one with only ipykernel, or a snapshot. */
  readonly imports: readonly string[];
  /** The script whose first cells it has run: a snapshot. */
  readonly script?: string;
  readonly waiting: number;
  /** Its own memory, with shared pages divided; 0 if unknown. */
  readonly memoryBytes: number;
  readonly ageMs: number;
}

export interface KernelStatus {
  /** Kernels that runs use now. */
  readonly running: number;
  /** Kernels that wait for a run, whatever their source. */
  readonly waiting: number;
  /** What `expect` has brought; absent: nothing can be expected. */
  readonly expected?: ExpectedKernels;
  readonly parents: readonly ForkServerStatus[];
}

export interface ExpectedKernels {
  /** Kernels that wait because they are expected. */
  readonly waiting: number;
  /** Runs that were expected and found a waiting kernel with all they need; and those that did not. */
  readonly hits: number;
  readonly misses: number;
}

export interface KernelSupplier {
  /**
   * A fresh kernel for this run only. Throws `unavailable` with a remedy if none can be started, and `invalid` if the
   * notebook names a kernel that is not installed.
   */
  acquire(request: KernelRequest, signal: AbortSignal): Promise<Kernel>;
  /**
   * An absolute folder, a new one each time, that a kernel of this request makes for the files that are given to its
   * run. Absent, or undefined: it reads them where they lie on this machine.
   */
  uploadPlace?(choice: Pick<KernelRequest, 'script' | 'kernelName'>): string | undefined;
  /**
   * Prepares for scripts with these sets of imports (see `KernelRequest.imports`), the most wanted first; returns at
   * once.
   */
  prepare?(imports: readonly (readonly string[])[]): void;
  /**
   * Kernels shall wait for each of these needs, the most wanted first, as far as memory allows; replaces what was
   * expected before, and returns at once. Absent: kernels wait only for what runs used.
   */
  expect?(needs: readonly KernelNeed[]): void;
  /**
   * Settles when kernels are available, if they are still being prepared; undefined from then on. No run is claimed
   * before.
   */
  whenReady?(): Promise<unknown> | undefined;
  /** Takes the snapshot in the background, unless it exists; returns at once. */
  prepareSnapshot?(prefix: Prefix): void;
  /** Undefined for a script that requests none. */
  snapshot?(script: string): SnapshotState | undefined;
  /** The languages of its kernels, lower-case; absent, or undefined: unknown. */
  languages?(): Promise<readonly string[] | undefined>;
  /** The names of its kernels, lower-case; absent, or undefined: unknown. */
  kernelNames?(): Promise<readonly string[] | undefined>;
  /** True once a kernel has answered. */
  ready(): boolean;
  /** Why it is not ready; absent: no kernel has answered yet. */
  readonly unready?: string;
  /** Why no run can start, and how to fix it; undefined if there is no problem or preparation is in progress. */
  problem?(): string | undefined;
  /**
   * For a notebook whose kernel is not installed: what to do about it. Undefined if it is installed, or if nothing is
   * known yet.
   */
  missing?(choice: KernelChoice): Promise<ScriptProblem | undefined>;
  /** Whether a kernel, or a process that it started, is the client of this connection to the server. Never rejects. */
  peer?(ends: SocketEnds): Promise<Peer>;
  /** Process ids from which the living kernels descend. */
  pids?(): readonly number[];
  /** How many kernels there are, and their sources. */
  status?(): Promise<KernelStatus>;
  /**
   * Memory of each run's kernel and all that it started, with shared pages divided, by run id. Asks each of them: only
   * for a page that somebody reads.
   */
  memory?(): Promise<ReadonlyMap<string, number>>;
  /** What `/admin` shows. */
  describe(): readonly { readonly label: string; readonly value: string }[];
  close(): Promise<void>;
}
