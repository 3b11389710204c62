/** The places of a worker: one for each run that executes, or is about to start. */
import { setTimeout as wait } from 'node:timers/promises';

export interface Place {
  /** A run has ended, or does not start after all: another one can take its place. */
  leave(): void;
  /** The same without telling anybody. */
  giveBack(): void;
  /** Likewise; throws the error. */
  failed(error: unknown): never;
}

export interface Places {
  taken(): number;
  take(): Place;
  /**
   * Does the work of a run and leaves its place: after what is still done for the same run, which did not start when it
   * should have. Rejects as `work`, which should not.
   */
  work(id: string, place: Place, work: () => Promise<void>): Promise<void>;
  /** Settles when those that are taken now are free, after `graceMs` at the latest. */
  settle(graceMs?: number): Promise<void>;
}

/** `onLeave`: called when a place is free again. */
export function createPlaces(onLeave: () => void): Places {
  const taken = new Set<Promise<void>>();
  const working = new Map<string, Promise<void>>();
  return {
    taken: () => taken.size,
    take() {
      const { promise, resolve } = Promise.withResolvers<void>();
      taken.add(promise);
      const giveBack = () => {
        taken.delete(promise);
        resolve();
      };
      return {
        leave() {
          if (!taken.has(promise)) return;
          giveBack();
          onLeave();
        },
        giveBack,
        failed(error) {
          giveBack();
          throw error;
        },
      };
    },
    work(id, place, work) {
      const before = working.get(id);
      const done = (before === undefined ? work() : before.then(work)).finally(() => {
        if (working.get(id) === done) working.delete(id);
        place.leave();
      });
      working.set(id, done);
      return done;
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
