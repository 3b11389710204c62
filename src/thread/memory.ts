/** Gives memory back to the machine when a thread has nothing more to do: the engine itself waits for the next work. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** With less than this a thread is left alone. */
const LARGE_BYTES = 64_000_000;
const REST_MS = 500;
/** Less than this above what the last time left is not worth a pause. */
const WORTH_BYTES = 32_000_000;

/** Returns a function to call after each piece of work. */
export function createMemoryRelease(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let clock: NodeJS.Timeout | undefined;
  let keptBytes = 0;
  const release = () => {
    collect();
    keptBytes = takenBytes();
  };
  return () => {
    clearTimeout(clock);
    if (takenBytes() > Math.max(LARGE_BYTES, keptBytes + WORTH_BYTES)) clock = setTimeout(release, REST_MS).unref();
  };
}

/** By this thread. */
function takenBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
