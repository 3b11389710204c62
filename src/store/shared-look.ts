/** A look at the disk that several can share: who asks shortly after another gets the same answer. */

/**
 * Calls `look` at most once in `forMs`, counted from the beginning of a look; all who ask meanwhile get its answer, or
 * its error. `nowMs` is a clock that never goes back.
 */
export function shareLook<T>(look: () => Promise<T>, forMs: number, nowMs = () => performance.now()): () => Promise<T> {
  let last: { readonly beganMs: number; readonly answer: Promise<T> } | undefined;
  return () => {
    const beganMs = nowMs();
    if (last === undefined || beganMs - last.beganMs >= forMs) last = { beganMs, answer: look() };
    return last.answer;
  };
}
