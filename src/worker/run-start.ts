/** How many runs get their kernels at the same time. */
import { availableParallelism } from 'node:os';

/**
 * Kernels that are made at the same time share the processors: a hundred of them would all be ready at the end, where
 * the first could long have begun. Two for each processor, because a kernel also waits, for the disk and for messages.
 */
export const STARTS = 2 * availableParallelism();
/** A start that takes longer waits for something else than this machine, and holds nobody up. */
const SLOW_MS = 1_000;

export interface Starts {
  /** `free`: how many runs more may execute at all. */
  hasRoom(free: number): boolean;
  /** Counts a run; returns a function that ends its start, and does nothing when called again. */
  begin(): () => void;
}

/** `onRoom` is called whenever another run may begin. */
export function createStarts(onRoom: () => void, atOnce = STARTS): Starts {
  let count = 0;
  return {
    hasRoom: (free) => free > 0 && count < atOnce,
    begin() {
      count += 1;
      let isOver = false;
      const end = () => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        count -= 1;
        onRoom();
      };
      const timer = setTimeout(end, SLOW_MS);
      return end;
    },
  };
}
