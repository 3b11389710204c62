/** Gives memory back to the machine when a thread has nothing more to do: the engine itself waits for the next work. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** With less than this a thread is left alone. */
const LARGE_BYTES = 64_000_000;
const REST_MS = 500;

/** Returns a function to call after each piece of work. */
export function createMemoryRelease(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let clock: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(clock);
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external > LARGE_BYTES) clock = setTimeout(collect, REST_MS).unref();
  };
}
