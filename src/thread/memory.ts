/** Returns memory to the machine when a thread is idle: the engine itself waits for the next work. */
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The engine frees memory earlier from now on, in this process: for work in which much memory is used for a moment. */
export function preferLessMemory(): void {
  setFlagsFromString('--optimize-for-size');
}

/** A thread with less than this is left alone. */
const LARGE_BYTES = 64_000_000;
const REST_MS = 500;
const AGAIN_MS = 2_000;
/** Less than this above the last result is not worth a pause. */
const WORTH_BYTES = 32_000_000;
/** A thread that works for a larger share of the rest is not idle: somebody would wait for the pause, up to 70 ms. */
const BUSY_SHARE = 0.05;

interface ReleaseOptions {
  /** If more is in use, the memory is returned before the next piece of work: for a thread that may pause. */
  readonly atOnceBytes?: number;
  /** For tests. */
  readonly restMs?: number;
}

/** Returns a function to call after each piece of work. The memory is returned when the thread has been at rest. */
export function createMemoryRelease({ atOnceBytes = Infinity, restMs = REST_MS }: ReleaseOptions = {}): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let clock: NodeJS.Timeout | undefined;
  let keptBytes = 0;
  const release = (isFirst: boolean) => {
    clearTimeout(clock);
    clock = undefined;
    collect();
    const bytes = takenBytes();
    // Much of it may be about to be freed: it is checked again before it counts as in use.
    if (isFirst && bytes > keptBytes + WORTH_BYTES) releaseAtRest(AGAIN_MS, false);
    else keptBytes = bytes;
  };
  const releaseAtRest = (ms: number, isFirst: boolean) => {
    const before = performance.eventLoopUtilization();
    clock = setTimeout(() => {
      if (performance.eventLoopUtilization(before).utilization > BUSY_SHARE) releaseAtRest(restMs, isFirst);
      else release(isFirst);
    }, ms).unref();
  };
  return () => {
    const bytes = takenBytes();
    if (bytes <= Math.max(LARGE_BYTES, keptBytes + WORTH_BYTES)) return;
    if (bytes > atOnceBytes) release(true);
    else if (clock === undefined) releaseAtRest(restMs, true);
  };
}

/** By this thread. */
function takenBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
