/** Reads of the same thing by many readers at the same moment. */
import { setImmediate } from 'node:timers/promises';

/**
 * The same function, but those who ask with the same arguments before a read begins share it: each gets what is there
 * after it has asked, as if it had read alone. A read begins when all that is to happen now has happened.
 */
export function joinReads<Args extends readonly (string | number)[], Result>(
  read: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const next = new Map<string, Promise<Result>>();
  return (...args) => {
    const key = JSON.stringify(args);
    const known = next.get(key);
    if (known !== undefined) return known;
    const result = setImmediate().then(() => {
      next.delete(key);
      return read(...args);
    });
    next.set(key, result);
    return result;
  };
}
