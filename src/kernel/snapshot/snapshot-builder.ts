/** Where snapshots are taken, one at a time in the background, and where they end. */
import type { Prefix, SnapshotProblem } from '../../domain/kernel/kernel.ts';
import { createBrood, type Brood } from '../supply/adaptive-pool.ts';
import type { Guard } from '../sandbox/supervisor.ts';
import type { Workshop } from '../process/launch.ts';
import type { ParentBudget } from '../supply/memory-budget.ts';
import { SnapshotRefused, takeSnapshot, type Snapshot } from './snapshot.ts';

/** What was refused is tried again after this, for what has changed meanwhile. */
const RETRY_MS = 300_000;

/** A snapshot with the kernels that wait in it. */
export interface Slide {
  readonly snapshot: Snapshot;
  readonly brood: Brood;
  readonly forget: () => void;
}

/** What is known of one script's snapshot. */
export interface Entry {
  prefix: Prefix;
  readonly key: string;
  /** When a run last wanted it; at first, when it was asked for. By `performance.now()`. */
  usedAtMs: number;
  slide?: Slide;
  making?: Promise<void>;
  refused?: { readonly problem: SnapshotProblem; readonly atMs: number };
  /** Its script has another one now. */
  isDropped?: true;
}

export interface DarkroomOptions {
  readonly workshop: Workshop;
  readonly python: string;
  readonly maxWaiting: number;
  readonly budget: ParentBudget;
  onReady(): void;
  /** How one is taken; another way for tests. */
  readonly take?: typeof takeSnapshot;
}

export interface Darkroom {
  /** The old one serves until the new one is whole. */
  make(entry: Entry): void;
  /** No run gets it any more; it ends after the last that did. */
  retire(entry: Entry): void;
  /** Guards of all snapshots there are, those in the making included. */
  pids(): readonly number[];
  /** Settles when nothing is being taken, and all that was retired has ended. */
  close(): Promise<void>;
}

export function createDarkroom({
  workshop,
  python,
  maxWaiting,
  budget,
  onReady,
  take = takeSnapshot,
}: DarkroomOptions): Darkroom {
  const retiring = new Map<Snapshot, Promise<void>>();
  const guards = new Set<Guard>();
  const closing = new AbortController();
  let queue = Promise.resolve();

  function retire(entry: Entry): void {
    const { slide } = entry;
    delete entry.slide;
    if (slide === undefined) return;
    slide.forget();
    const { snapshot, brood } = slide;
    const retired = brood
      .close()
      .then(() => (closing.signal.aborted ? snapshot.close() : snapshot.retire()))
      .finally(() => retiring.delete(snapshot));
    retiring.set(snapshot, retired);
  }

  async function develop(entry: Entry): Promise<void> {
    if (closing.signal.aborted || entry.isDropped) return;
    try {
      const snapshot = await take(workshop, { python, prefix: entry.prefix, signal: closing.signal, guards });
      retire(entry);
      delete entry.refused;
      const brood = createBrood((signal) => snapshot.fork(signal), { minWaiting: 0, maxWaiting, onReady });
      const forget = budget.add({
        usedAtMs: () => entry.usedAtMs,
        memoryBytes: () => snapshot.memoryBytes(),
        evict: async () => retire(entry),
      });
      entry.slide = { snapshot, brood, forget };
      if (entry.isDropped) retire(entry);
      else void budget.tidy();
    } catch (error) {
      entry.refused = {
        problem: error instanceof SnapshotRefused ? error.problem : { reason: String(error) },
        atMs: Date.now(),
      };
    }
  }

  return {
    retire,
    pids: () => [...guards].map((guard) => guard.pid()),
    make(entry) {
      if (entry.making !== undefined || closing.signal.aborted) return;
      if (entry.refused !== undefined && Date.now() - entry.refused.atMs < Math.min(RETRY_MS, entry.prefix.ttlMs))
        return;
      entry.making = queue = queue
        .then(() => develop(entry))
        .finally(() => {
          delete entry.making;
        });
    },
    async close() {
      closing.abort();
      await queue;
      await Promise.all([...retiring].flatMap(([snapshot, retired]) => [snapshot.close(), retired]));
    },
  };
}
