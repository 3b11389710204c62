/** Works in small pieces between frames, so that thousands of outputs never freeze the page. */

/**
 * Minimum of our milliseconds per frame; if drawing takes longer, as long as that: otherwise thousands of outputs would
 * take minutes.
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
  /** When control was returned to the page for drawing; Infinity: nothing was left to do. */
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

  // A frame that was requested before the page was hidden does not come.
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
