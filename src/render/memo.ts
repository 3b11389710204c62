/** Caches the last results of a pure function of text: the same formulas and code are rendered again and again. */

import { LRUCache } from 'lru-cache';

/** Bounded by entries and by the length of each text. */
const MOST_ENTRIES = 500;
const LONGEST_CHARS = 4000;

export function memoised<A extends unknown[]>(
  make: (text: string, ...rest: A) => string,
): (text: string, ...rest: A) => string {
  const known = new LRUCache<string, string>({ max: MOST_ENTRIES });
  return (text, ...rest) => {
    if (text.length > LONGEST_CHARS) return make(text, ...rest);
    const key = `${rest.join(' ')} ${text}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(text, ...rest);
    known.set(key, made);
    return made;
  };
}
