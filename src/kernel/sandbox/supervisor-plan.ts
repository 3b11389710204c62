/**
 * What a supervisor is told before it starts: how far to keep its kernel apart, and the kernel's bounds. Read by
 * `python/script_runner_kernel/supervisor/program.py`.
 */
import { basename, dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import type { KernelLimits } from '../../domain/kernel/kernel.ts';
import type { GroupPlace } from './cgroup.ts';

/** `loopback`: what runs in the kernel reaches itself over the network that is else cut off. */
export type Namespace = 'mount' | 'pid' | 'ipc' | 'network' | 'loopback';

/** How kernels of one supplier are kept; the same for all of them. */
export interface SandboxOptions {
  readonly isolate: readonly Namespace[];
  readonly limits: KernelLimits;
  readonly groups: readonly GroupPlace[];
  /** Absolute folders that look empty to kernels. */
  readonly hide: readonly string[];
  /** Absolute folders that kernels must see even where a temporary folder around them is private. */
  readonly show: readonly string[];
  /** Absolute folders that kernels may change. */
  readonly writable: readonly string[];
  /** False: kernels see and change what their user may. */
  readonly view: boolean;
}

export const NO_LIMITS: KernelLimits = { memoryBytes: 0, processes: 0, processors: 0, fileBytes: 0, diskBytes: 0 };

/** Of the kernel with this private folder. */
export function groupName(directory: string): string {
  return `${basename(dirname(directory))}.${basename(directory)}`;
}

/** `directory`: the kernel's private folder, in the one of its server. */
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
