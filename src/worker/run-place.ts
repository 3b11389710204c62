/** The places of a worker: one for each run that executes, or is about to start. */
import { setTimeout as wait } from 'node:timers/promises';

export interface Place {
  /** A run has ended, or does not start after all: another one can take its place. */
  leave(): void;
  /** The same without telling anybody. */
  giveBack(): void;
}

export interface Places {
  taken(): number;
  take(): Place;
  /** Settles when those that are taken now are free, after `graceMs` at the latest. */
  settle(graceMs?: number): Promise<void>;
}

/** `onLeave`: called when a place is free again. */
export function createPlaces(onLeave: () => void): Places {
  const taken = new Set<Promise<void>>();
  return {
    taken: () => taken.size,
    take() {
      const { promise, resolve } = Promise.withResolvers<void>();
      taken.add(promise);
      const giveBack = () => {
        resolve();
        return taken.delete(promise);
      };
      return {
        leave: () => {
          if (giveBack()) onLeave();
        },
        giveBack,
      };
    },
    async settle(graceMs) {
      const ended = Promise.all(taken);
      if (graceMs === undefined) return void (await ended);
      const patience = new AbortController();
      await Promise.race([ended, wait(graceMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
      patience.abort();
    },
  };
}
