/** Ends a function that takes too long, whatever it is doing: only in a thread where nothing else waits meanwhile. */
import { Script } from 'node:vm';

export interface TimeLimits {
  /** Of one part. */
  readonly partMs: number;
  /** Of all parts together: after that none is tried any more. */
  readonly totalMs: number;
}

const script = new Script('scriptRunnerTimedJob()');

/** Answers a function that answers what the part answers; undefined once it has taken too long. Its errors pass. */
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
