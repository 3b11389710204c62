/** Tries again what an S3 server did not answer, besides the attempts of its client. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../domain/error.ts';
import { bucketFailure, isRefusal } from './bucket-problem.ts';

const LATER_MS = 2_000;
/** An attempt that took so long shows a store that does not answer: who has no patience is told so. */
const LONG_MS = 10_000;

export interface Patience {
  /** Waits before further attempts that are made in any case. */
  readonly waitsMs?: readonly number[];
  /** How long it is tried again after these. */
  readonly patienceMs?: number | undefined;
}

/** Throws `unavailable`, at once if the server refuses, and what `work` throws as an `AppError`. */
export async function tryAgain<T>(work: () => Promise<T>, { waitsMs = [], patienceMs = 0 }: Patience): Promise<T> {
  const untilMs = performance.now() + patienceMs;
  for (let attempt = 0; ; attempt += 1) {
    const beganMs = performance.now();
    try {
      return await work();
    } catch (error) {
      const waitMs = waitsMs[attempt] ?? LATER_MS;
      const nowMs = performance.now();
      const isOver = (attempt >= waitsMs.length || nowMs - beganMs > LONG_MS) && nowMs + waitMs > untilMs;
      if (isOver || error instanceof AppError || isRefusal(error)) throw bucketFailure(error);
      await sleep(waitMs);
    }
  }
}
