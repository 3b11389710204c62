/** One way to get a kernel; the supplier asks them in turn, the quickest first. */
import type { Kernel, ForkServerStatus, KernelNeed, KernelRequest } from '../../domain/kernel/kernel.ts';
import type { Supply } from '../../domain/run/run-event.ts';
import type { KernelProcess } from '../process/kernel-process.ts';
import type { Kernelspec } from '../process/kernelspec.ts';

export interface Order {
  readonly request: KernelRequest;
  readonly spec: Kernelspec;
}

export interface KernelSource {
  /** A kernel for this run only, or undefined if this source has none for it now. Throws as the port's `acquire`. */
  take(
    order: Order,
    signal: AbortSignal,
  ): Promise<
    { readonly process: KernelProcess; readonly supply: Supply; readonly snapshot?: Kernel['snapshot'] } | undefined
  >;
  /** As the port's: prepares for scripts with these sets of imports. */
  prepare?(imports: readonly (readonly string[])[]): void;
  /** As the port's. */
  expect?(needs: readonly KernelNeed[]): void;
  /** Number of kernels that wait because they are expected. */
  expectedWaiting?(): number;
  /** The processes from which it forks. */
  parents?(): Promise<readonly ForkServerStatus[]>;
  /** Settles when a kernel that it starts in advance needs nothing more of this process for its start. */
  readonly begun?: Promise<unknown>;
  /** Supervisors whose processes run a script's code although no run uses them. */
  pids?(): readonly number[];
  /** Number of waiting kernels. */
  waiting?(): number;
  describe(): readonly { readonly label: string; readonly value: string }[];
  /** Kills waiting kernels; kernels that were taken belong to the supplier. */
  close(): Promise<void>;
}
