/** The kernels that one process forks: a few wait ready, their number follows demand. */
import type { KernelProcess } from '../process/kernel-process.ts';
import { createPool } from './pool.ts';

/** With this many kernels taken within `RECENT_MS`, one waits for each, up to the limit. */
const RECENT_MS = 20_000;
/** If nobody needed one for this long, none waits. */
const IDLE_MS = 600_000;

export interface AdaptivePool {
  usedAtMs(): number;
  /** A waiting kernel or, if none waits, a new one. Rejects when the process cannot fork: then it is unusable. */
  take(signal: AbortSignal): Promise<{ readonly process: KernelProcess; readonly waited: boolean }>;
  /** Adapts the number of waiting kernels to the demand. */
  adapt(nowMs: number): void;
  /** A run is expected: one waits, however long nobody has needed any, and memory is taken from others first. */
  expect(isExpected: boolean): void;
  isExpected(): boolean;
  waiting(): number;
  close(): Promise<void>;
}

export interface AdaptivePoolOptions {
  /** Number of kernels that wait regardless of demand, and the limit. */
  readonly minWaiting: number;
  readonly maxWaiting: number;
  onReady(): void;
}

export function createAdaptivePool(
  fork: (signal: AbortSignal) => Promise<KernelProcess>,
  { minWaiting, maxWaiting, onReady }: AdaptivePoolOptions,
): AdaptivePool {
  let usedAtMs = performance.now();
  let taken: number[] = [];
  let isExpected = false;
  const pool = createPool(
    async (signal) => {
      const process = await fork(signal);
      onReady();
      return process;
    },
    Math.min(maxWaiting, Math.max(minWaiting, 1)),
  );

  function adapt(nowMs: number): void {
    taken = taken.filter((atMs) => nowMs - atMs < RECENT_MS);
    const idle = !isExpected && nowMs - usedAtMs > IDLE_MS;
    pool.resize(Math.min(maxWaiting, Math.max(minWaiting, idle ? 0 : 1, taken.length)));
  }

  return {
    adapt,
    usedAtMs: () => (isExpected ? performance.now() : usedAtMs),
    isExpected: () => isExpected,
    expect(expected) {
      if (expected === isExpected) return;
      isExpected = expected;
      adapt(performance.now());
    },
    async take(signal) {
      usedAtMs = performance.now();
      taken.push(usedAtMs);
      adapt(usedAtMs);
      const waiting = pool.take();
      return waiting === undefined
        ? { process: await fork(signal), waited: false }
        : { process: waiting, waited: true };
    },
    waiting: () => pool.waiting(),
    close: () => pool.close(),
  };
}
