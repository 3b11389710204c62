/** Long work in slices: the page draws and reacts between them. */

const SLICE_MS = 8;

export interface Slices {
  /** Settles when all is done; rejects as the work throws. */
  readonly done: Promise<void>;
  /** Does at once what is left. */
  finish(): void;
}

/** Begins at once; `work` does a piece of it whenever it is asked for the next. */
export function inSlices(work: Iterator<unknown>): Slices {
  /** Whether nothing is left. */
  const workUntil = (endMs: number): boolean => {
    for (;;) {
      if (work.next().done === true) return true;
      if (performance.now() > endMs) return false;
    }
  };
  const all = async () => {
    while (!workUntil(performance.now() + SLICE_MS)) await nextTurn();
  };
  return { done: all(), finish: () => void workUntil(Infinity) };
}

/** Safari has no `yield`. */
function nextTurn(): Promise<unknown> {
  const { scheduler } = globalThis as { readonly scheduler?: { readonly yield?: () => Promise<void> } };
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}
