/** Counts the open files of this process seldom while there is much room: with hundreds of runs the list is long. */
import { countDescriptors } from './proc.ts';

type Descriptors = ReturnType<typeof countDescriptors>;

/** Far more than are opened within `LOOK_MS`. */
const ROOM = 4_096;
const LOOK_MS = 100;

/** As `countDescriptors`, but of the last 100 ms where there was room then. `nowMs` is a clock that never goes back. */
export function createDescriptorCount(
  count: () => Descriptors = countDescriptors,
  nowMs = () => performance.now(),
): () => Descriptors {
  let last: { readonly atMs: number; readonly found: Descriptors } | undefined;
  return () => {
    const atMs = nowMs();
    if (last !== undefined && atMs - last.atMs < LOOK_MS && last.found.limit - last.found.used > ROOM)
      return last.found;
    last = { atMs, found: count() };
    return last.found;
  };
}
