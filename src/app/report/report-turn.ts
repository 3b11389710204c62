/** Turns of the rendering thread: long work pauses after each, and short work that has begun ends first. */
import { setImmediate as otherWork } from 'node:timers/promises';

export const TURN_MS = 8;
/** What takes longer counts as long. */
const SHORT_MS = 50;
/** Long work goes on after this time, however much short work there is. */
const PAUSE_MS = 30;

/** When short work began that has not ended. */
const begun = new Map<symbol, number>();
let allEnded = Promise.withResolvers<void>();

/** Returns a function to call when the work has ended, or has turned out to be long. */
export function beginShort(): () => void {
  const key = Symbol('short');
  begun.set(key, performance.now());
  return () => {
    if (!begun.delete(key) || begun.size > 0) return;
    allEnded.resolve();
    allEnded = Promise.withResolvers();
  };
}

/** For long work, after each turn. */
export async function letOthersGo(): Promise<void> {
  await otherWork();
  const latestMs = Math.max(-Infinity, ...begun.values());
  if (performance.now() - latestMs > SHORT_MS) return;
  let clock: NodeJS.Timeout | undefined;
  const pause = new Promise<void>((resolve) => {
    clock = setTimeout(resolve, PAUSE_MS);
  });
  await Promise.race([allEnded.promise, pause]).finally(() => clearTimeout(clock));
}

/** Returns a function for long work to call between its parts: it pauses when a turn is over. */
export function createPause(): () => Promise<void> {
  let endMs = performance.now() + TURN_MS;
  return async () => {
    if (performance.now() < endMs) return;
    await letOthersGo();
    endMs = performance.now() + TURN_MS;
  };
}
