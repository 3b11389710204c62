/** One way to come by a kernel; the supplier asks them in turn, the quickest first. */
import type { Kernel, ForkServerStatus, KernelRequest } from '../../domain/kernel/kernel.ts';
import type { Supply } from '../../domain/run/run-event.ts';
import type { KernelProcess } from '../process/kernel-process.ts';
import type { Kernelspec } from '../process/kernelspec.ts';

export interface Order {
  readonly request: KernelRequest;
  readonly spec: Kernelspec;
}

export interface KernelSource {
  /**
   * A kernel that belongs to this run alone, or undefined where this way has none for it now. Throws as the port's
   * `acquire`.
   */
  take(
    order: Order,
    signal: AbortSignal,
  ): Promise<
    { readonly process: KernelProcess; readonly supply: Supply; readonly snapshot?: Kernel['snapshot'] } | undefined
  >;
  /** As the port's: gets ready for scripts with these sets of imports. */
  prepare?(imports: readonly (readonly string[])[]): void;
  /** The parents that it forks from. */
  parents?(): Promise<readonly ForkServerStatus[]>;
  /** Settles when the kernel that it starts unasked needs nothing more of this process to do so. */
  readonly begun?: Promise<unknown>;
  /** Supervisors whose processes run a script's code although no run has them. */
  pids?(): readonly number[];
  /** Kernels that wait. */
  waiting?(): number;
  describe(): readonly { readonly label: string; readonly value: string }[];
  /** Kills what waits; kernels that were taken are the supplier's. */
  close(): Promise<void>;
}
