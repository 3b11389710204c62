/** A rate limit: a burst at once, then a number per second. */

/** Returns a function that takes one from the allowance; false if there is none. */
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
