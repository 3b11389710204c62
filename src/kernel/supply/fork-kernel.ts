/** One kernel forked from a process that is prepared for it. */
import { once } from 'node:events';
import { join } from 'node:path';
import { defined } from '../../domain/defined.ts';
import type { KernelRequest } from '../../domain/kernel/kernel.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import { createConnection } from '../protocol/connection-file.ts';
import { baseEnvironment } from '../process/environment.ts';
import { supervisorPlan } from '../sandbox/supervisor-plan.ts';
import { linkSupervisor, type StartCommand, type Supervisor, type SupervisorPlan } from '../sandbox/supervisor.ts';
import { connectKernel, type KernelProcess } from '../process/kernel-process.ts';
import { assignedRun } from '../process/assign-to-run.ts';
import { enter, type LaunchContext } from '../process/launch.ts';
import { acceptOne } from '../process/accept-one.ts';
import { RUNTIME_VARIABLE } from '../sandbox/runtime-directory.ts';

export interface ForkCommand {
  readonly socket: string;
  readonly directory: string;
  readonly plan: SupervisorPlan;
}

/** A process that forks kernels on request. */
export interface Forker {
  readonly python: string;
  /** Rejects when the process ends. */
  readonly ended: Promise<never>;
  complaint(): string;
  /** Makes the supervisor of a new kernel, which connects to the socket. */
  fork(command: ForkCommand): void;
  /** See `KernelProcess`. */
  readonly awaitsFolders?: true;
  /** The supervisor has connected. */
  connected?(): void;
  /** For a supervisor that does not obey. */
  destroy(pid: number): void;
  /** See `Launch`. */
  readonly obeyMs?: number;
  /** See `Launch`. */
  readonly info?: JsonObject;
  /** Replaces the supervisor's process id if the supervisor cannot know how the server sees it. */
  pid?(): number;
}

/**
 * A kernel that waits, or one that has the run of the request already, which the process must support. Throws as
 * `connectKernel`, and `unavailable` when the process does not answer or the kernel cannot have that run.
 */
export async function forkKernel(
  context: LaunchContext,
  forker: Forker,
  signal: AbortSignal,
  request?: KernelRequest,
): Promise<KernelProcess> {
  const directory = await context.runtime.next();
  const connection = await createConnection(directory, context.transport);
  const socket = await acceptOne(join(directory, 'supervisor'), {
    notify: (path) => forker.fork({ socket: path, directory, plan: supervisorPlan(context.sandbox, directory) }),
    ended: forker.ended,
    who: 'The fork server',
    signal,
  }).catch(async (error: unknown) => {
    await context.runtime.remove(directory);
    throw error;
  });
  forker.connected?.();
  const linked = linkSupervisor(socket, socket, {
    gone: once(socket, 'close').then(() => forker.complaint(), String),
    destroy: forker.destroy,
  });
  const supervisor = { ...linked, pid: forker.pid ?? linked.pid };
  const connected = connectKernel(
    {
      supervisor,
      connection,
      directory,
      runtime: context.runtime,
      groups: context.sandbox.groups,
      interruptMode: 'signal',
      startTimeoutMs: context.startTimeoutMs,
      messageBytes: context.messageBytes,
      ...defined({ decodeLong: context.decodeLong, obeyMs: forker.obeyMs, info: forker.info }),
      label: `Python 3 (${forker.python})`,
    },
    signal,
  );
  const env = {
    ...baseEnvironment(context.environment, join(directory, 'home'), join(directory, 'tmp')),
    [RUNTIME_VARIABLE]: context.runtime.path,
  };
  const command = { argv: ['-f', connection.file], env, cwd: directory };
  if (request === undefined) {
    void startOrEnd(supervisor, command);
    return { ...(await connected), ...defined({ awaitsFolders: forker.awaitsFolders }) };
  }
  const assigned = startForRun(context, supervisor, command, request);
  assigned.catch(() => supervisor.kill()); // which rejects `connected`
  const process = await connected;
  await assigned;
  return { ...process, isAssigned: true };
}

async function startOrEnd(supervisor: Supervisor, command: StartCommand): Promise<void> {
  if ((await supervisor.start(command)) === 0) supervisor.kill();
}

/**
 * The kernel begins to start while its folders are mounted: it answers nobody, and nothing of the run is executed,
 * before they are.
 */
async function startForRun(
  context: LaunchContext,
  supervisor: Supervisor,
  command: StartCommand,
  request: KernelRequest,
): Promise<void> {
  const entering = enter(context, supervisor, command.cwd, request);
  void startOrEnd(supervisor, { ...command, run: assignedRun(command.cwd, request) });
  await entering;
}
