/**
 * Ends a function that takes too long, whatever it is doing: only for a thread in which nothing else waits meanwhile.
 */
import { Script } from 'node:vm';

export interface TimeLimits {
  /** Limit of one part. */
  readonly partMs: number;
  /** Limit of all parts together: after that no more are tried. */
  readonly totalMs: number;
}

const script = new Script('scriptRunnerTimedJob()');

/** Returns a function that returns the result of the part; undefined if it took too long. Its errors pass through. */
export function createTimeLimit({ partMs, totalMs }: TimeLimits): <T>(part: () => T) => T | undefined {
  let leftMs = totalMs;
  return (part) => {
    if (leftMs < 1) return undefined;
    const startedAt = performance.now();
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
      leftMs -= performance.now() - startedAt;
    }
  };
}
