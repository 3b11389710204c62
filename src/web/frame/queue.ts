/** Work in small pieces between frames, so that thousands of outputs never freeze the page. */

/**
 * Milliseconds of a frame that we take, at least; where drawing takes long, as long as that: thousands of outputs would
 * else take minutes.
 */
const BUDGET_MS = 8;
const MOST_MS = 100;
/** Hidden pages have no frames. */
const HIDDEN_DELAY_MS = 100;

export interface Queue {
  add(work: readonly (() => void)[]): void;
}

/** Runs what is added, in order. */
export function createQueue(): Queue {
  let waiting: (() => void)[] = [];
  let scheduled = false;
  /** When the page was given back to draw what was done; Infinity: nothing was left to do. */
  let leftMs = Infinity;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    if (document.hidden) setTimeout(run, HIDDEN_DELAY_MS);
    else requestAnimationFrame(run);
  }

  function run(): void {
    if (!scheduled) return;
    scheduled = false;
    const begin = performance.now();
    const end = begin + Math.min(Math.max(BUDGET_MS, begin - leftMs), MOST_MS);
    let done = 0;
    while (done < waiting.length && (done === 0 || performance.now() < end)) waiting[done++]?.();
    waiting = waiting.slice(done);
    leftMs = waiting.length > 0 ? performance.now() : Infinity;
    if (waiting.length > 0) schedule();
  }

  // A frame that was asked for before the page was hidden does not come.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && scheduled) setTimeout(run, HIDDEN_DELAY_MS);
  });
  return {
    add(work) {
      waiting.push(...work);
      schedule();
    },
  };
}
