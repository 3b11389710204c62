/**
 * The order in which kernels are made. A hundred that are made at the same time share the processors, so that all of
 * them are ready only at the end; a few at a time, the first have long begun then. What is not urgent, as the ends of
 * other kernels, waits meanwhile.
 */
import { availableParallelism } from 'node:os';

/** Two for each processor, because a kernel that is made also waits, for the disk and for messages. */
const AT_ONCE = 2 * availableParallelism();
/** One that takes longer than on an idle machine holds nobody up: so as many begin as the processors could make. */
const SLOW_MS = 150;
/** Longest delay of what is not urgent, however many kernels are still to be made. */
const CALM_MS = 2_000;

export interface StartTurns {
  /** The place of one kernel; the order is that in which `begin` is called. */
  next(signal: AbortSignal): StartTurn;
  /** Settles when no kernel waits to be made, after `CALM_MS` at the latest. */
  calm(): Promise<void>;
}

export interface StartTurn {
  /** Settles when the kernel may be made; when called again, too. Rejects with the signal's reason. */
  begin(): Promise<void>;
  /** The kernel is there, or could not be made; also where it did not begin. */
  end(): void;
}

export function createStartTurns(atOnce = AT_ONCE): StartTurns {
  let making = 0;
  const waiting = new Set<() => void>();
  const calming = new Set<() => void>();

  function settleCalm(): void {
    if (waiting.size === 0) for (const settle of calming) settle();
  }

  function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (making < atOnce) {
      making += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enterNow = () => {
        waiting.delete(enterNow);
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.delete(enterNow);
        settleCalm();
        reject(signal.reason as Error);
      };
      waiting.add(enterNow);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** The next one gets the place at once, so that nobody who comes just now is before it. */
  function leave(): void {
    const [first] = waiting;
    if (first === undefined) making -= 1;
    else first();
    settleCalm();
  }

  return {
    next(signal) {
      let begun: Promise<void> | undefined;
      let clock: NodeJS.Timeout | undefined;
      function end(): void {
        if (clock === undefined) return;
        clearTimeout(clock);
        clock = undefined;
        leave();
      }
      async function begin(): Promise<void> {
        await enter(signal);
        clock = setTimeout(end, SLOW_MS);
      }
      return { begin: () => (begun ??= begin()), end };
    },
    calm() {
      if (waiting.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const settle = () => {
          clearTimeout(clock);
          calming.delete(settle);
          resolve();
        };
        const clock = setTimeout(settle, CALM_MS);
        calming.add(settle);
      });
    },
  };
}
