/** When runs start, whatever kernels are made or ended for later must wait: the runs need the processors. */
import { setTimeout as wait } from 'node:timers/promises';

/** After a run has begun: its cells come first, all of them in most reports that are quick. */
const QUIET_MS = 500;
/** Where no kernel waits for the next run: who clicks sooner than this has clicked twice. */
const NEEDED_MS = 200;
/** Where one run begins after another, others wait no longer than this. */
const MOST_MS = 3_000;

export interface StartQuiet {
  /** A run begins. */
  noteStart(): void;
  /**
   * Settles when no run has begun for a moment, or many have for some seconds. `isNeeded`: whether the next run would
   * find no kernel; then the moment is short. Rejects when aborted.
   */
  wait(signal: AbortSignal, isNeeded?: () => boolean): Promise<void>;
}

/** `nowMs` is a clock that never goes back; `pause` waits by it. */
export function createStartQuiet(
  nowMs = () => performance.now(),
  pause: (ms: number, signal: AbortSignal) => Promise<unknown> = (ms, signal) => wait(ms, undefined, { signal }),
): StartQuiet {
  let lastMs = -Infinity;
  /** When the first of those began that follow each other closely. */
  let sinceMs = -Infinity;
  const left = (quietMs: number) => Math.ceil(Math.min(lastMs + quietMs, sinceMs + MOST_MS) - nowMs());
  return {
    noteStart() {
      const atMs = nowMs();
      if (atMs - lastMs > QUIET_MS) sinceMs = atMs;
      lastMs = atMs;
    },
    async wait(signal, isNeeded = () => false) {
      const leftMs = () => left(isNeeded() ? NEEDED_MS : QUIET_MS);
      // the last kernel may be taken while this waits
      for (let ms = leftMs(); ms > 0; ms = leftMs()) await pause(Math.min(ms, NEEDED_MS), signal);
    },
  };
}
