/** One kernel forked from a process that is ready for it. */
import { once } from 'node:events';
import { join } from 'node:path';
import { createConnection } from '../protocol/connection-file.ts';
import { baseEnvironment } from '../process/environment.ts';
import { guardPlan } from '../sandbox/supervisor-plan.ts';
import { linkGuard, type GuardPlan } from '../sandbox/supervisor.ts';
import { connectKernel, type KernelProcess } from '../process/kernel-process.ts';
import type { Workshop } from '../process/launch.ts';
import { meet } from '../process/accept-one.ts';
import { RUNTIME_VARIABLE } from '../sandbox/runtime-directory.ts';

export interface ForkCommand {
  readonly socket: string;
  readonly directory: string;
  readonly plan: GuardPlan;
}

/** A process that forks kernels on request. */
export interface Forker {
  readonly python: string;
  /** Rejects when the process ends. */
  readonly ended: Promise<never>;
  complaint(): string;
  /** Makes the guard of a new kernel, which connects to the socket. */
  fork(command: ForkCommand): void;
  /** The guard has connected. */
  met?(): void;
  /** For a guard that does not obey. */
  destroy(pid: number): void;
  /** What stands for the guard's process where that cannot know how the server sees it. */
  pid?(): number;
}

/** A waiting kernel. Throws as `connectKernel`, and `unavailable` when the process does not answer. */
export async function forkKernel(workshop: Workshop, parent: Forker, signal: AbortSignal): Promise<KernelProcess> {
  const directory = await workshop.runtime.next();
  const connection = await createConnection(directory, workshop.transport);
  const socket = await meet(join(directory, 'guard'), {
    tell: (path) => parent.fork({ socket: path, directory, plan: guardPlan(workshop.enclosure, directory) }),
    ended: parent.ended,
    who: 'The fork server',
  }).catch(async (error: unknown) => {
    await workshop.runtime.remove(directory);
    throw error;
  });
  parent.met?.();
  const linked = linkGuard(socket, socket, {
    gone: once(socket, 'close').then(() => parent.complaint(), String),
    destroy: parent.destroy,
  });
  const guard = { ...linked, pid: parent.pid ?? linked.pid };
  const connected = connectKernel(
    {
      guard,
      connection,
      directory,
      runtime: workshop.runtime,
      groups: workshop.enclosure.groups,
      interruptMode: 'signal',
      startTimeoutMs: workshop.startTimeoutMs,
      messageBytes: workshop.messageBytes,
      label: `Python 3 (${parent.python})`,
    },
    signal,
  );
  const env = {
    ...baseEnvironment(workshop.environment, join(directory, 'home'), join(directory, 'tmp')),
    [RUNTIME_VARIABLE]: workshop.runtime.path,
  };
  void guard.start({ argv: ['-f', connection.file], env, cwd: directory }).then((pid) => {
    if (pid === 0) guard.kill();
  });
  return connected;
}
