/** One started kernel: its supervisor, its client and its folder, from launch until all three are gone. */
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../domain/error.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import {
  KernelDiedError,
  type ExecuteReply,
  type Kernel,
  type KernelDeath,
  type RecordedCell,
} from '../../domain/kernel/kernel.ts';
import { defined } from '../../domain/defined.ts';
import { openChannels } from '../protocol/channels.ts';
import { createClient, type Client } from '../protocol/client.ts';
import { describeEnvironment } from '../protocol/kernel-info.ts';
import type { MessageDecoder } from '../protocol/wire.ts';
import type { KernelConnection } from '../protocol/connection-file.ts';
import { removeGroups, type GroupPlace } from '../sandbox/cgroup.ts';
import { groupName } from '../sandbox/supervisor-plan.ts';
import type { RuntimeDirectory } from '../sandbox/runtime-directory.ts';
import type { Supervisor } from '../sandbox/supervisor.ts';
import { isRunnable } from '../../system/proc.ts';

/** Time for a kernel that closed its channels to end by itself, as one does that exits, on a busy machine too. */
const DISCONNECTED_MS = 3_000;
const CLOSED = 'The kernel closed its connection to the server, so it was ended.';
/** After this time, a supervisor that has not reported the end, or has not exited after it, is killed itself. */
const OBEY_MS = 3_000;

/** A kernel that has not answered within this time that it will end does not know the request: it gets a signal. */
const SHUTDOWN_ANSWER_MS = 1_000;
/** How often a kernel that should have ended is looked at. */
const IDLE_LOOK_MS = 100;

/** A request inside which a kernel waits: it continues when the kernel is assigned to a run. */
export interface WaitingRequest {
  /** Takes the run as JSON. */
  readonly socket: Socket;
  readonly taken: Promise<ExecuteReply>;
}

/** See `python/script_runner_kernel/program_end.py`. */
const END_PROGRAM = '__import__("script_runner_kernel.program_end", fromlist=["end"]).end()';

export interface KernelProcess {
  readonly supervisor: Supervisor;
  readonly client: Client;
  /** Private folder of this kernel. */
  readonly directory: string;
  interrupt(): void;
  /**
   * Asks it to end as programs of its language do; settles when it has exited. It may never do so, though it gets a
   * signal after half of the limit if nothing of it is working then.
   */
  shutDown(limitMs: number): Promise<void>;
  /** Content of its `kernel_info_reply`. */
  readonly info: JsonObject;
  /** Settles when the process and all it started have ended (see `Supervisor.ended`) and its sockets are closed. */
  readonly died: Promise<KernelDeath>;
  /** Settles after that, when its supervisor has exited and its groups and its folder are removed. */
  readonly cleared: Promise<unknown>;
  /** Settles as `died`. */
  kill(): Promise<void>;
  /** It was made for a run, and has it already. */
  readonly isAssigned?: true;
  /** It takes the run only when its supervisor has mounted the folders: both can be told at once. */
  readonly awaitsFolders?: true;
  /** For a kernel that was warmed up, until it is assigned to a run. */
  waiting?: WaitingRequest;
  /** See `Kernel`; once it is assigned to a run. */
  executed?: ReadonlyMap<number, RecordedCell>;
  sentFirst?: NonNullable<Kernel['sentFirst']>;
}

export interface Launch {
  readonly supervisor: Supervisor;
  readonly connection: KernelConnection;
  readonly directory: string;
  readonly runtime: RuntimeDirectory;
  /** Where its control groups are. */
  readonly groups: readonly GroupPlace[];
  readonly interruptMode: 'signal' | 'message';
  /** For messages: `Python 3 (/usr/bin/python3)`. */
  readonly label: string;
  readonly startTimeoutMs: number;
  /** Limit of a message; of a longer one, the run is told only that it came. */
  readonly messageBytes: number;
  /** Where long messages are decoded; absent: here. */
  readonly decodeLong?: MessageDecoder;
  /** Time for the supervisor to end the kernel, and then to exit, before it is destroyed; default: a few seconds. */
  readonly obeyMs?: number;
  /** What another kernel of the same kind has said of itself, if such kernels say when they are heard. */
  readonly info?: JsonObject;
}

/**
 * Connects to a kernel that the supervisor has started or is about to start. Throws `unavailable` with the output of
 * the process when it does not answer in time or dies, and the signal's reason when aborted; then nothing is left
 * behind.
 */
export async function connectKernel(launch: Launch, signal: AbortSignal): Promise<KernelProcess> {
  const { supervisor, directory, interruptMode } = launch;
  const obeyMs = launch.obeyMs ?? OBEY_MS;
  let closedItsChannels = false;
  let wasKilled = false;
  let isEnding = false;
  const interrupt = () => {
    if (interruptMode === 'message') client.interruptByMessage();
    else supervisor.signal('interrupt');
  };
  const options = { limitBytes: launch.messageBytes, ...defined({ decodeLong: launch.decodeLong }) };
  const client = createClient((listener) => openChannels(launch.connection, options, listener), {
    interrupt,
    hold: (held) => supervisor.signal(held ? 'pause' : 'resume'),
    onDisconnect: () =>
      setTimeout(() => {
        if (isEnding) return;
        closedItsChannels = true;
        supervisor.kill();
      }, DISCONNECTED_MS).unref(),
  });
  const died = supervisor.ended.then(async (ended) => {
    const death = closedItsChannels && ended.signal !== undefined ? { ...ended, reason: CLOSED } : ended;
    await client.fail(new KernelDiedError(death), wasKilled);
    client.close();
    return death;
  });
  const cleared = died.then(() => {
    const unused = obeyed(supervisor, obeyMs, supervisor.gone).then(() =>
      removeGroups(launch.groups, groupName(directory)),
    );
    return launch.runtime.remove(directory, unused);
  });
  const shutDown = async (limitMs: number) => {
    isEnding = true;
    supervisor.leave();
    const stuck = setTimeout(() => void terminateOnceIdle(supervisor), limitMs / 2);
    const deaf = setTimeout(() => supervisor.signal('terminate'), SHUTDOWN_ANSWER_MS);
    await Promise.race([client.shutDown(), died]);
    clearTimeout(deaf);
    await died;
    clearTimeout(stuck);
  };
  const kill = async () => {
    wasKilled = true;
    supervisor.kill();
    await obeyed(supervisor, obeyMs, supervisor.ended);
    await died;
  };
  const attempt = new AbortController();
  try {
    const limit = AbortSignal.any([signal, attempt.signal, AbortSignal.timeout(launch.startTimeoutMs)]);
    const death = supervisor.ended.then((ended) => {
      throw notStarted(launch.label, ended);
    });
    const info = await Promise.race([client.handshake(limit, launch.info), death]);
    return { supervisor, client, directory, interrupt, shutDown, info, died, cleared, kill };
  } catch (error) {
    attempt.abort();
    await kill();
    await cleared;
    if (signal.aborted || error instanceof AppError) throw error;
    throw new AppError(
      'unavailable',
      `The kernel ${launch.label} did not answer within ${launch.startTimeoutMs / 1000} s.`,
      { cause: error },
    );
  }
}

/**
 * Since ipykernel may answer that it ends and then wait for ever for a thread of its own, which sends to one that has
 * ended already.
 */
async function terminateOnceIdle(supervisor: Supervisor): Promise<void> {
  const end = new AbortController();
  void supervisor.ended.then(() => end.abort());
  while (!end.signal.aborted && (await isRunnable(supervisor.pid()))) await pause(IDLE_LOOK_MS);
  if (!end.signal.aborted) supervisor.signal('terminate');
}

/** Waits for it, but destroys a supervisor that does not do it in time. */
async function obeyed(supervisor: Supervisor, obeyMs: number, done: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => supervisor.destroy(), obeyMs);
  await done;
  clearTimeout(timer);
}

/** The kernel as the port defines it. `isOurs`: it is started in our way (`kernel.py`). */
export function toKernel(
  process: KernelProcess,
  isOurs: boolean,
  supplied: Pick<Kernel, 'supply' | 'readyMs' | 'interpreter' | 'snapshot' | 'withoutSnapshot'>,
): Kernel {
  const { client, died, kill } = process;
  return {
    ...supplied,
    // see `enter` in `launch.ts` and `overlay.py`
    written: { folder: process.directory, path: ['overlay', 'upper'] },
    died,
    kill,
    environment: describeEnvironment(process.info),
    ...defined({ executed: process.executed, sentFirst: process.sentFirst }),
    execute: client.execute,
    ...(isOurs && {
      executeAfter: (code, options) => client.executeAfter(code, options),
      endProgramAfter: ({ onMessage }) =>
        client.executeAfter(END_PROGRAM, { onMessage, storeHistory: false }, 'program'),
    }),
    endProgram: ({ limitMs, onMessage }) =>
      supplied.interpreter === undefined
        ? process.shutDown(limitMs).then(() => ({ status: 'ok' }))
        : client.execute(END_PROGRAM, { onMessage, storeHistory: false }),
    interrupt: async () => process.interrupt(),
  };
}

function notStarted(label: string, death: KernelDeath): AppError {
  const module = /No module named '?([\w.]+)/.exec(death.tail)?.[1];
  const remedy =
    module === undefined
      ? 'Run "script-runner doctor" to see why.'
      : `Its Python lacks the package ${module}. Install it with "python -m pip install ${module}".`;
  return new AppError(
    'unavailable',
    [`The kernel ${label} did not start. ${remedy}`, death.tail.trim()].filter(Boolean).join('\n'),
    { cause: new KernelDiedError(death) },
  );
}
