/** Measures continuously how quickly a server answers `/healthz`, in a thread of its own. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface HealthReport {
  readonly answers: number;
  readonly slowestMs: number;
  /** What came instead of a successful answer; the last ten. */
  readonly problems: readonly string[];
}

export interface HealthWatch {
  /** The results since the last call. */
  take(): Promise<HealthReport>;
  close(): Promise<void>;
}

export function watchHealth(origin: string): HealthWatch {
  const worker = new Worker(new URL('health-worker.ts', import.meta.url), {
    workerData: { url: `${origin}/healthz` },
    execArgv: [],
  });
  return {
    async take() {
      const answer = once(worker, 'message');
      worker.postMessage('take');
      return ((await answer) as [HealthReport])[0];
    },
    close: async () => void (await worker.terminate()),
  };
}
