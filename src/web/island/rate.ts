/** How often something may happen: so many times at once, then so many a second. */

/** Returns a function that takes one from the allowance; false while there is none. */
export function createRate(burst: number, perSecond: number, nowMs = () => performance.now()): () => boolean {
  let left = burst;
  let atMs = nowMs();
  return () => {
    const now = nowMs();
    left = Math.min(burst, left + ((now - atMs) * perSecond) / 1_000);
    atMs = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
