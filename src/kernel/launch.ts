/** Starts a kernel of any kernelspec: a new guard, a new process. */
import { join } from 'node:path';
import type { KernelRequest } from '../domain/kernel.ts';
import { createConnection, type Transport } from './connection.ts';
import { baseEnvironment, type EnvironmentOptions } from './environment.ts';
import { spawnGuard, type Namespace } from './guard.ts';
import { connectKernel, type KernelProcess } from './kernel-process.ts';
import { kernelArgv, kernelspecEnvironment, type Kernelspec } from './kernelspec.ts';
import { RUNTIME_VARIABLE, type RuntimeDirectory } from './runtime-directory.ts';

export interface Workshop {
  /** Interpreter for guards: standard library only. */
  readonly guardPython: string;
  readonly runtime: RuntimeDirectory;
  readonly environment: EnvironmentOptions;
  readonly isolate: readonly Namespace[];
  /** How kernels are spoken to, where they can. */
  readonly transport: Transport;
  /** Folder whose files runs may change only for themselves; undefined: writes are real. */
  readonly overlayRoot: string | undefined;
  readonly startTimeoutMs: number;
}

/** What of a run is known when the process starts; a pool's kernels know nothing yet. */
export interface LaunchTarget {
  readonly cwd?: string;
  readonly environment?: (directory: string) => Promise<Record<string, string>>;
  /** Folders that stay shared below the overlay; absent: no overlay now. */
  readonly keep?: readonly string[];
}

/** Throws as `connectKernel`. */
export async function launchKernel(workshop: Workshop, spec: Kernelspec, target: LaunchTarget, signal: AbortSignal): Promise<KernelProcess> {
  const { runtime, environment } = workshop;
  const directory = await runtime.next();
  const mark = { [RUNTIME_VARIABLE]: runtime.path };
  const guard = spawnGuard(workshop.guardPython, workshop.isolate, mark);
  const connection = await createConnection(directory, workshop.transport);
  const connected = connectKernel({
    guard, connection, directory, interruptMode: spec.interruptMode, startTimeoutMs: workshop.startTimeoutMs, label: `${spec.displayName} (${spec.argv[0]})`,
  }, signal);
  // Whatever goes wrong from here on shows in `connected`.
  void start().catch(() => guard.kill());
  return connected;

  async function start(): Promise<void> {
    if (target.keep !== undefined) await overlay(workshop, guard, directory, target.keep);
    const env = {
      ...baseEnvironment(environment, join(directory, 'home'), join(directory, 'tmp')),
      ...kernelspecEnvironment(spec, environment.server),
      ...mark,
      ...(await target.environment?.(directory)),
    };
    await guard.start({ argv: kernelArgv(spec, connection.file), env, cwd: target.cwd ?? directory });
  }
}

/** Where a run's writes are to be seen outside its kernel. */
export function sharedFolders(request: KernelRequest): string[] {
  return [request.outputDirectory, ...(request.writablePaths ?? [])];
}

/** Makes writes below the overlay root private to this kernel, where the platform can. */
export async function overlay(workshop: Workshop, guard: KernelProcess['guard'], directory: string, keep: readonly string[]): Promise<void> {
  if (workshop.overlayRoot === undefined || !(await guard.isolation).includes('mount')) return;
  await guard.overlay({ root: workshop.overlayRoot, scratch: join(directory, 'overlay'), keep: [...keep, directory] });
}
