/**
 * Ends a function that takes too long, whatever it is doing: only for a thread in which nothing else waits meanwhile.
 */
import { Script } from 'node:vm';

export interface TimeLimits {
  /** Limit of one part. */
  readonly partMs: number;
  /** Limit of the processor time of all parts together: after that no more are tried. */
  readonly totalMs: number;
}

/** Of this thread; the time that has passed where Node (before 23.9) cannot tell. On a busy machine it differs much. */
function workedMs(): number {
  const used = process.threadCpuUsage?.();
  return used === undefined ? performance.now() : (used.user + used.system) / 1_000;
}

const script = new Script('scriptRunnerTimedJob()');

/** Returns a function that returns the result of the part; undefined if it took too long. Its errors pass through. */
export function createTimeLimit({ partMs, totalMs }: TimeLimits): <T>(part: () => T) => T | undefined {
  let leftMs = totalMs;
  return (part) => {
    if (leftMs < 1) return undefined;
    const startedAt = workedMs();
    let result: ReturnType<typeof part> | undefined;
    const scope = globalThis as { scriptRunnerTimedJob?: () => void };
    scope.scriptRunnerTimedJob = () => {
      result = part();
    };
    try {
      script.runInThisContext({ timeout: Math.ceil(Math.min(partMs, leftMs)) });
      return result;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
      throw error;
    } finally {
      delete scope.scriptRunnerTimedJob;
      leftMs -= workedMs() - startedAt;
    }
  };
}
