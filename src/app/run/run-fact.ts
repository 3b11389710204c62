/** What the metrics count: the worker reports it as it happens; it is not stored. */
import type { Supply } from '../../domain/run/run-event.ts';
import type { Outcome } from '../../domain/run/run.ts';

export type RunFact =
  /** A run left the queue after this time. */
  | { readonly type: 'started'; readonly waitMs: number }
  | { readonly type: 'kernel-ready'; readonly supply: Supply; readonly ms: number }
  | { readonly type: 'finished'; readonly outcome: Outcome['type'] };

export interface RunFactFeed {
  tell(fact: RunFact): void;
  listen(listener: (fact: RunFact) => void): void;
}

export function createRunFactFeed(): RunFactFeed {
  const listeners: ((fact: RunFact) => void)[] = [];
  return {
    tell(fact) {
      for (const listener of listeners) listener(fact);
    },
    listen(listener) {
      listeners.push(listener);
    },
  };
}
