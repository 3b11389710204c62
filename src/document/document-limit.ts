/** How many programs run at once: each uses a processor and up to a gigabyte of memory. */
import { AppError } from '../domain/error.ts';

const MOST_WAITING = 20;
const RETRY_S = 20;

/** Runs `work` when it is its turn. Throws `unavailable` if too many wait, and the reason of an abort. */
export type DocumentLimit = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

export function createDocumentLimit(atOnce: number): DocumentLimit {
  const waiting: (() => void)[] = [];
  let running = 0;

  function leave(): void {
    running -= 1;
    waiting.shift()?.();
  }

  async function enter(signal: AbortSignal): Promise<void> {
    if (running < atOnce) {
      running += 1;
      return;
    }
    if (waiting.length >= MOST_WAITING)
      throw new AppError('unavailable', 'Too many exports are being made. Try again in a moment.', {
        retryAfterS: RETRY_S,
      });
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener('abort', abort);
        running += 1;
        resolve();
      };
      const abort = () => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(signal.reason as Error);
      };
      waiting.push(turn);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  return async (signal, work) => {
    signal.throwIfAborted();
    await enter(signal);
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
