/** Limits of a kernel, which its supervisor enforces. */

/** For all processes of one kernel together; 0: none. */
export interface KernelLimits {
  readonly memoryBytes: number;
  /** Processes and threads. */
  readonly processes: number;
  readonly processors: number;
  /** Size of a single file. */
  readonly fileBytes: number;
  /** Total size of the files that it writes. */
  readonly diskBytes: number;
}

export const NO_LIMITS: KernelLimits = { memoryBytes: 0, processes: 0, processors: 0, fileBytes: 0, diskBytes: 0 };
