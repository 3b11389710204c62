/** Work in small pieces between frames, so that thousands of outputs never freeze the page. */

/** Milliseconds of a frame that we take. */
const BUDGET_MS = 8;
/** Hidden pages have no frames. */
const HIDDEN_DELAY_MS = 100;

export interface Queue {
  add(work: readonly (() => void)[]): void;
}

/** Runs what is added, in order. */
export function createQueue(): Queue {
  let waiting: (() => void)[] = [];
  let scheduled = false;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    if (document.hidden) setTimeout(run, HIDDEN_DELAY_MS);
    else requestAnimationFrame(run);
  }

  function run(): void {
    if (!scheduled) return;
    scheduled = false;
    const end = performance.now() + BUDGET_MS;
    let done = 0;
    while (done < waiting.length && (done === 0 || performance.now() < end)) waiting[done++]?.();
    waiting = waiting.slice(done);
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
