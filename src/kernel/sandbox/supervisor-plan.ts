/**
 * What a supervisor is told before it starts: how far to isolate its kernel, and the kernel's limits. Read by
 * `python/script_runner_kernel/supervisor/program.py`.
 */
import { basename, dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import type { KernelLimits } from '../../domain/kernel/kernel-limit.ts';
import type { GroupPlace } from './cgroup.ts';

/** `loopback`: processes of the kernel reach each other over a network that is otherwise cut off. */
export type Namespace = 'mount' | 'pid' | 'ipc' | 'network' | 'loopback';

/** How kernels of one supplier are isolated; the same for all of them. */
export interface SandboxOptions {
  readonly isolate: readonly Namespace[];
  readonly limits: KernelLimits;
  readonly groups: readonly GroupPlace[];
  /** Absolute folders that appear empty to kernels. */
  readonly hide: readonly string[];
  /** Absolute folders that kernels must see even if a temporary folder around them is private. */
  readonly show: readonly string[];
  /** Absolute folders that kernels may change. */
  readonly writable: readonly string[];
  /** False: kernels see and change whatever their user can. */
  readonly view: boolean;
}

/** For the kernel with this private folder. */
export function groupName(directory: string): string {
  return `${basename(dirname(directory))}.${basename(directory)}`;
}

/** `directory`: the kernel's private folder, in the runtime directory of its server. */
export function supervisorPlan(sandbox: SandboxOptions, directory: string) {
  const { memoryBytes, processes, processors, fileBytes, diskBytes } = sandbox.limits;
  const temporary = join(directory, 'tmp');
  return {
    isolate: sandbox.isolate,
    limits: { memory: memoryBytes, processes, cpu: processors, file: fileBytes, disk: diskBytes },
    groups: sandbox.groups,
    name: groupName(directory),
    view: sandbox.view && {
      hide: [...sandbox.hide, dirname(directory)],
      private: Object.fromEntries(['/tmp', '/var/tmp', tmpdir()].map((folder) => [folder, temporary])),
      show: sandbox.show,
      writable: [...sandbox.writable, directory],
    },
  };
}
