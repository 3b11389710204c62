/** The kernels that one process forks: a few wait ready, their number follows demand. */
import type { KernelRequest } from '../../domain/kernel/kernel.ts';
import type { KernelProcess } from '../process/kernel-process.ts';
import { createPool } from './pool.ts';
import type { StartQuiet } from './start-quiet.ts';

/** With this many kernels taken within `RECENT_MS`, one waits for each, up to the limit. */
const RECENT_MS = 20_000;
/** If nobody needed one for this long, none waits. */
const IDLE_MS = 600_000;

export interface AdaptivePool {
  usedAtMs(): number;
  /**
   * A waiting kernel or, if none waits, a new one, which may have the run of the request already. Rejects when the
   * process cannot fork: then it is unusable.
   */
  take(
    signal: AbortSignal,
    request?: KernelRequest,
  ): Promise<{ readonly process: KernelProcess; readonly waited: boolean }>;
  /** Adapts the number of waiting kernels to the demand. */
  adapt(nowMs: number): void;
  /**
   * So many runs are expected: a kernel waits for each, however long nobody has needed any, and memory is taken from
   * others first. One that is taken is not replaced for some time: its run is one of those that were expected.
   */
  expect(runs: number): void;
  isExpected(): boolean;
  waiting(): number;
  close(): Promise<void>;
}

export interface AdaptivePoolOptions {
  /** Number of kernels that wait regardless of demand, and the limit of those for which no run is expected. */
  readonly minWaiting: number;
  readonly maxWaiting: number;
  readonly quiet?: StartQuiet | undefined;
  onReady(): void;
}

/** Makes a kernel: without a request, one that waits. */
export type Fork = (signal: AbortSignal, request?: KernelRequest) => Promise<KernelProcess>;

export function createAdaptivePool(
  fork: Fork,
  { minWaiting, maxWaiting, quiet, onReady }: AdaptivePoolOptions,
): AdaptivePool {
  let usedAtMs = performance.now();
  let taken: number[] = [];
  let expected = 0;
  /** When kernels were taken while runs were expected. */
  let served: number[] = [];
  const pool = createPool(
    async (signal) => {
      const process = await fork(signal);
      onReady();
      return process;
    },
    Math.min(maxWaiting, Math.max(minWaiting, 1)),
    quiet,
  );

  function adapt(nowMs: number): void {
    const isRecent = (atMs: number) => nowMs - atMs < RECENT_MS;
    taken = taken.filter(isRecent);
    served = served.filter(isRecent);
    const idle = expected === 0 && nowMs - usedAtMs > IDLE_MS;
    const demanded = Math.min(maxWaiting, Math.max(minWaiting, idle ? 0 : 1, taken.length));
    // where nothing may wait, nothing is expected either
    pool.resize(maxWaiting === 0 ? 0 : Math.max(demanded, expected - served.length));
  }

  return {
    adapt,
    usedAtMs: () => (expected > 0 ? performance.now() : usedAtMs),
    isExpected: () => expected > 0,
    expect(runs) {
      if (runs === expected) return;
      expected = runs;
      adapt(performance.now());
    },
    async take(signal, request) {
      usedAtMs = performance.now();
      const waiting = pool.take();
      taken.push(usedAtMs);
      if (expected > 0) served.push(usedAtMs);
      adapt(usedAtMs);
      return waiting === undefined
        ? { process: await fork(signal, request), waited: false }
        : { process: waiting, waited: true };
    },
    waiting: () => pool.waiting(),
    close: () => pool.close(),
  };
}
