/**
 * The supervisor of one kernel, seen from the server: `python/script_runner_kernel/supervisor/program.py` and its lines
 * of JSON.
 */
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { defined } from '../../domain/defined.ts';
import { isJsonObject, type JsonObject } from '../../domain/text/json.ts';
import type { KernelDeath } from '../../domain/kernel/kernel.ts';
import type { ProcessLimit } from '../../domain/run/run.ts';
import type { supervisorPlan } from './supervisor-plan.ts';
import { readTail } from '../../system/text-tail.ts';
import { createLineReader } from './line-reader.ts';

/** The longest report names 200 files. */
const REPORT_BYTES = 1_000_000;
/** Limit of what a run is told about its end, whatever the process writes. */
const TAIL_CHARS = 8_192;
const DISCARDED = 200;
const NAME_CHARS = 500;

export const PYTHON_DIRECTORY = fileURLToPath(new URL('../../../python', import.meta.url));
const SUPERVISOR = fileURLToPath(
  new URL('../../../python/script_runner_kernel/supervisor/program.py', import.meta.url),
);

export type SupervisorPlan = ReturnType<typeof supervisorPlan>;

export interface StartCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** For a forked kernel that is made for a run: it is assigned to that before it answers. */
  readonly run?: AssignedRun;
}

/** What a kernel takes over with its run: see `assign_to_run.py`. */
export interface AssignedRun {
  /** Absolute working folder. */
  readonly directory: string;
  /** Further variables. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * The file of its values, which the kernel writes with its own rights: code that ran in it before may have put links
   * into its folder.
   */
  readonly params: { readonly file: string; readonly text: string };
}

export interface EnterCommand {
  /** Writes below this folder become private; null: none do. */
  readonly root: string | null;
  /** Empty private folder that takes them. */
  readonly scratch: string;
  /** Folders that the run sees in any case, and whether it may really change them. */
  readonly show: readonly (readonly [path: string, writable: boolean])[];
  /** Folders whose size counts against the disk limit. */
  readonly watch: readonly string[];
}

export interface CloneCommand {
  /** Where the new supervisor connects to the server. */
  readonly socket: string;
  /** Where the fork of the snapshot's process connects to the new supervisor. */
  readonly cloneSocket: string;
  /** The kernel's private folder. */
  readonly directory: string;
  readonly plan: SupervisorPlan;
}

export interface Supervisor {
  /** The supervisor's own process, an ancestor of everything that the kernel starts; 0 until it has reported. */
  pid(): number;
  /**
   * Namespaces that were really made, `files` if the view of files is restricted, and the controllers of its groups.
   */
  readonly isolation: Promise<readonly string[]>;
  /** Assigns the kernel to a run: mounts the run's folders and watches its limits. False if that failed. */
  enter(command: EnterCommand): Promise<boolean>;
  /** Settles with the process id, 0 if it could not be made. */
  start(command: StartCommand): Promise<number>;
  /** The supervisor of a snapshot: makes the supervisor of a kernel which the snapshot's process forks. */
  clone(command: CloneCommand): void;
  /** Memory of the kernel and all it started, with shared pages divided; 0 if unknown. */
  measure(): Promise<number>;
  signal(action: 'interrupt' | 'pause' | 'resume' | 'terminate'): void;
  /** The kernel is about to end by itself: then what it started gets a moment to end, too. */
  leave(): void;
  kill(): void;
  /** For a supervisor that does not obey: closes its pipe, which means kill, and kills the supervisor itself. */
  destroy(): void;
  /**
   * Settles once, when the kernel and all it started have exited; after `kill` when none of it will execute anything
   * more, while the system may still give back its memory.
   */
  readonly ended: Promise<KernelDeath>;
  /** Settles when the supervisor has exited, too: it takes its namespaces, mounts and groups with it. */
  readonly gone: Promise<unknown>;
}

/** A supervisor with the wanted namespaces, as far as possible. The interpreter needs only the standard library. */
export function spawnSupervisor(
  python: string,
  plan: SupervisorPlan & { readonly snapshot?: true },
  env: Readonly<Record<string, string>>,
): Supervisor {
  const child = spawn(python, ['-I', '-S', SUPERVISOR, JSON.stringify(plan)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env,
  });
  const complaint = readTail(child.stderr);
  const failure = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', () => resolve(complaint()));
  });
  return linkSupervisor(child.stdin, child.stdout, { gone: failure, destroy: () => child.kill('SIGKILL') });
}

interface SupervisorProcess {
  /** Settles with its error message when the supervisor process has exited. */
  readonly gone: Promise<string>;
  destroy(pid: number): void;
}

/** The report that answers a failed command. */
const ANSWERS: Readonly<Record<string, string>> = { enter: 'entered', start: 'started' };

/** Communicates with a supervisor over two streams. */
export function linkSupervisor(
  commands: Writable,
  reports: Readable,
  { gone, destroy }: SupervisorProcess,
): Supervisor {
  const { promise: ended, resolve: end } = Promise.withResolvers<KernelDeath>();
  let pid = 0;
  const { send, next, request, close } = createDialogue(commands, reports, (report) => {
    if (report['type'] === 'ready') pid = Number(report['pid']);
    if (report['type'] === 'ended') end(readDeath(report));
  });
  const ready = next('ready');
  void gone.then((complaint) => {
    end({ tail: complaint });
    close();
  });

  return {
    pid: () => pid,
    isolation: ready.then((report) => (Array.isArray(report['isolation']) ? (report['isolation'] as string[]) : [])),
    enter: (command) => request('entered', { do: 'enter', ...command }).then((report) => report['type'] === 'entered'),
    start: ({ run, ...command }) =>
      request('started', {
        do: 'start',
        ...command,
        ...defined({ run: run as JsonObject | undefined }),
      }).then((report) => Number(report['pid'] ?? 0)),
    measure: () => request('measured', { do: 'measure' }).then((report) => Number(report['memory'] ?? 0)),
    clone: ({ plan, ...command }) => send({ do: 'clone', ...command, plan: plan as unknown as JsonObject }),
    signal: (action) => send({ do: action }),
    leave: () => send({ do: 'leave' }),
    kill: () => send({ do: 'kill' }),
    destroy() {
      commands.destroy();
      destroy(pid);
    },
    ended,
    gone,
  };
}

/** Sends commands, receives reports. Whoever waits for a report when the supervisor ends gets an empty one. */
function createDialogue(commands: Writable, reports: Readable, onReport: (report: JsonObject) => void) {
  const waiting = new Map<string, ((report: JsonObject) => void)[]>();
  let isClosed = false;
  // A supervisor that has exited cannot receive anything: `ended` says so.
  commands.on('error', () => undefined);
  reports.on('error', () => undefined); // cut off in the middle: `gone` says so
  const receive = (report: JsonObject) => {
    onReport(report);
    const type = report['type'] === 'failed' ? (ANSWERS[String(report['what'])] ?? '') : String(report['type']);
    const answered = waiting.get(type) ?? [];
    waiting.delete(type);
    for (const resolve of answered) resolve(report);
  };
  // A supervisor that was forked from a script's process may send anything: after an invalid report it is ignored.
  reports.on(
    'data',
    createLineReader(REPORT_BYTES, receive, () => reports.destroy()),
  );

  const send = (command: JsonObject) => {
    if (commands.writable) commands.write(`${JSON.stringify(command)}\n`);
  };
  const next = (type: string) =>
    new Promise<JsonObject>((resolve) => {
      if (isClosed) resolve({});
      else waiting.set(type, [...(waiting.get(type) ?? []), resolve]);
    });
  return {
    send,
    next,
    request(type: string, command: JsonObject) {
      const answer = next(type);
      send(command);
      return answer;
    },
    close() {
      isClosed = true;
      for (const resolve of [...waiting.values()].flat()) resolve({});
      waiting.clear();
    },
  };
}

function readDeath(report: JsonObject): KernelDeath {
  const { exitCode, signal, outOfMemory, tail, discarded, limit } = report;
  return {
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
    ...(typeof signal === 'string' ? { signal } : {}),
    ...(outOfMemory === true ? { outOfMemory } : {}),
    ...(isJsonObject(limit)
      ? { limit: { name: limit['name'] as ProcessLimit, used: Number(limit['used']), value: Number(limit['value']) } }
      : {}),
    tail: typeof tail === 'string' ? tail.slice(-TAIL_CHARS) : '',
    ...(Array.isArray(discarded) && discarded.length > 0
      ? { discardedWrites: discarded.slice(0, DISCARDED).map((name) => String(name).slice(0, NAME_CHARS)) }
      : {}),
  };
}
