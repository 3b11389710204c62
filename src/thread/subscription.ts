/** The runs that the rendering thread follows: additions to one of them notify it. */
import type { RunStore } from '../domain/run/run-store.ts';

export interface Subscriptions {
  /** One more follower of the run. */
  add(id: string): void;
  remove(id: string): void;
  clear(): void;
}

/** `wake` is called once for everything that happens to a run at once. */
export function createSubscriptions(runs: Pick<RunStore, 'subscribe'>, wake: (id: string) => void): Subscriptions {
  const followed = new Map<string, { count: number; readonly stop: () => void }>();
  const due = new Set<string>();
  const flush = () => {
    for (const id of due) wake(id);
    due.clear();
  };
  const notice = (id: string) => {
    if (due.size === 0) setImmediate(flush);
    due.add(id);
  };
  return {
    add(id) {
      const known = followed.get(id);
      if (known === undefined) followed.set(id, { count: 1, stop: runs.subscribe(id, () => notice(id)) });
      else known.count += 1;
      // for what arrived while the thread's request was in transit
      notice(id);
    },
    remove(id) {
      const known = followed.get(id);
      if (known === undefined) return;
      known.count -= 1;
      if (known.count > 0) return;
      followed.delete(id);
      known.stop();
    },
    clear() {
      for (const { stop } of followed.values()) stop();
      followed.clear();
      due.clear();
    },
  };
}
