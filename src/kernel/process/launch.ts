/** Starts a kernel of any kernelspec: a new supervisor, a new process. */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../domain/error.ts';
import type { KernelRequest } from '../../domain/kernel/kernel.ts';
import { defined } from '../../domain/defined.ts';
import type { MessageDecoder } from '../protocol/wire.ts';
import { createConnection, type Transport } from '../protocol/connection-file.ts';
import { baseEnvironment, type EnvironmentOptions } from './environment.ts';
import { supervisorPlan, type SandboxOptions } from '../sandbox/supervisor-plan.ts';
import { spawnSupervisor } from '../sandbox/supervisor.ts';
import { connectKernel, type KernelProcess } from './kernel-process.ts';
import { kernelArgv, kernelspecEnvironment, type Kernelspec } from './kernelspec.ts';
import { RUNTIME_VARIABLE, type RuntimeDirectory } from '../sandbox/runtime-directory.ts';

export interface LaunchContext {
  /** Interpreter for supervisors: needs only the standard library. */
  readonly supervisorPython: string;
  readonly runtime: RuntimeDirectory;
  readonly environment: EnvironmentOptions;
  readonly sandbox: SandboxOptions;
  /** The preferred transport to kernels. */
  readonly transport: Transport;
  /** Folder whose files runs may change only privately; undefined: writes are real. */
  readonly overlayRoot: string | undefined;
  readonly startTimeoutMs: number;
  /** Limit of one message of a kernel. */
  readonly messageBytes: number;
  readonly decodeLong?: MessageDecoder;
}

/** What is known of a run when the process starts; kernels of a pool know nothing yet. */
export interface LaunchTarget {
  readonly cwd?: string;
  readonly environment?: (directory: string) => Promise<Record<string, string>>;
  /** Absent: the kernel waits for a run. */
  readonly request?: KernelRequest;
  /** Called when the kernel's start needs nothing more of this process. */
  readonly onTold?: () => void;
}

/** Throws as `connectKernel`. */
export async function launchKernel(
  context: LaunchContext,
  spec: Kernelspec,
  target: LaunchTarget,
  signal: AbortSignal,
): Promise<KernelProcess> {
  const { runtime, environment } = context;
  const directory = await runtime.next();
  const mark = { [RUNTIME_VARIABLE]: runtime.path };
  const supervisor = spawnSupervisor(context.supervisorPython, supervisorPlan(context.sandbox, directory), mark);
  const connection = await createConnection(directory, context.transport);
  const connected = connectKernel(
    {
      supervisor,
      connection,
      directory,
      runtime,
      groups: context.sandbox.groups,
      interruptMode: spec.interruptMode,
      startTimeoutMs: context.startTimeoutMs,
      messageBytes: context.messageBytes,
      ...defined({ decodeLong: context.decodeLong }),
      label: `${spec.displayName} (${spec.argv[0]})`,
    },
    signal,
  );
  // Any later failure rejects `connected`.
  void start().catch(() => supervisor.kill());
  return connected;

  async function start(): Promise<void> {
    if (target.request !== undefined) await enter(context, supervisor, directory, target.request);
    const env = {
      ...baseEnvironment(environment, join(directory, 'home'), join(directory, 'tmp')),
      ...kernelspecEnvironment(spec, environment.server),
      ...mark,
      ...(await target.environment?.(directory)),
    };
    const started = supervisor.start({ argv: kernelArgv(spec, connection.file), env, cwd: target.cwd ?? directory });
    target.onTold?.();
    await started;
  }
}

/**
 * Assigns a supervised kernel to a run: the folders it may see and change, and its limits. Throws `unavailable` if it
 * cannot.
 */
export async function enter(
  context: LaunchContext,
  supervisor: KernelProcess['supervisor'],
  directory: string,
  request: KernelRequest,
): Promise<void> {
  const { outputDirectory, readablePaths = [], writablePaths = [], uploads } = request;
  const entered = await supervisor.enter({
    root: request.root ?? (await overlayRoot(context, request)),
    scratch: join(directory, 'overlay'),
    show: [
      ...[...readablePaths, ...(uploads === undefined ? [] : [uploads.folder])].map((path) => [path, false] as const),
      ...[outputDirectory, ...writablePaths, directory].map((path) => [path, true] as const),
    ],
    watch: [...['home', 'tmp', 'overlay'].map((name) => join(directory, name)), outputDirectory],
  });
  if (!entered) throw new AppError('unavailable', 'The folders of this run could not be prepared.');
}

/** Null: what a run writes beside scripts is written there. */
async function overlayRoot({ overlayRoot: usual }: LaunchContext, { scriptsFolder }: KernelRequest) {
  if (usual === undefined) return null;
  return scriptsFolder === undefined ? usual : realpath(scriptsFolder).catch(() => usual);
}
