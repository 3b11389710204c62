/** Waits a moment for an answer that may take long. */
import { setTimeout as sleep } from 'node:timers/promises';

/** `meanwhile` if the answer takes longer; it goes on. Rejects as the answer does, if that comes in time. */
export async function orMeanwhile<T>(asked: Promise<T>, meanwhile: T, waitMs: number): Promise<T> {
  const waiting = new AbortController();
  const waited = sleep(waitMs, meanwhile, { signal: waiting.signal, ref: false });
  waited.catch(() => undefined);
  return Promise.race([asked, waited]).finally(() => waiting.abort());
}
