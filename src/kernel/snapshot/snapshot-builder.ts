/** Takes snapshots, one at a time in the background, and ends them. */
import type { ConnectPrefix, Prefix, SnapshotProblem } from '../../domain/kernel/kernel.ts';
import { createAdaptivePool, type AdaptivePool } from '../supply/adaptive-pool.ts';
import type { StartQuiet } from '../supply/start-quiet.ts';
import type { Supervisor } from '../sandbox/supervisor.ts';
import type { LaunchContext } from '../process/launch.ts';
import { EVICTED_MS, type MemoryBudget } from '../supply/memory-budget.ts';
import { SnapshotRefused, takeSnapshot, type Snapshot } from './snapshot.ts';

/** After this time, a refused snapshot is tried again, since something may have changed. */
const RETRY_MS = 300_000;

/** A snapshot with the kernels that wait in it. */
export interface CachedSnapshot {
  readonly snapshot: Snapshot;
  readonly pool: AdaptivePool;
  readonly forget: () => void;
}

/** What is known about one script's snapshot. */
export interface Entry {
  prefix: Prefix;
  readonly key: string;
  /** When a run last requested it; initially, when it was first requested. By `performance.now()`. */
  usedAtMs: number;
  cached?: CachedSnapshot;
  making?: Promise<void>;
  /** When it made way for others. */
  evictedAtMs?: number;
  refused?: { readonly problem: SnapshotProblem; readonly atMs: number };
  /** Its script has another one now. */
  isDropped?: true;
  /** So many runs are expected; absent: none. */
  expected?: number;
}

export function isExpected({ expected = 0 }: Entry): boolean {
  return expected > 0;
}

/** See `EVICTED_MS`. */
export function isPaused({ evictedAtMs = -Infinity }: Entry): boolean {
  return performance.now() - evictedAtMs < EVICTED_MS;
}

export interface SnapshotBuilderOptions {
  readonly context: LaunchContext;
  readonly python: string;
  readonly maxWaiting: number;
  readonly budget: MemoryBudget;
  readonly connect: ConnectPrefix;
  readonly quiet?: StartQuiet;
  onReady(): void;
  /** How a snapshot is taken; another way for tests. */
  readonly take?: typeof takeSnapshot;
}

export interface SnapshotBuilder {
  /** The old one serves until the new one is complete. */
  build(entry: Entry): void;
  /** No further run uses it; it ends after the last run that did. */
  retire(entry: Entry): void;
  /** Supervisors of all snapshots, including those in preparation. */
  pids(): readonly number[];
  /** Settles when no snapshot is being taken, and all retired ones have ended. */
  close(): Promise<void>;
}

export function createSnapshotBuilder(options: SnapshotBuilderOptions): SnapshotBuilder {
  const { context, python, maxWaiting, budget, connect, quiet, onReady, take = takeSnapshot } = options;
  const retiring = new Map<Snapshot, Promise<void>>();
  const supervisors = new Set<Supervisor>();
  const closing = new AbortController();
  let queue = Promise.resolve();

  function retire(entry: Entry): void {
    const { cached } = entry;
    delete entry.cached;
    if (cached === undefined) return;
    cached.forget();
    const { snapshot, pool } = cached;
    const retired = pool
      .close()
      .then(() => (closing.signal.aborted ? snapshot.close() : snapshot.retire()))
      .finally(() => retiring.delete(snapshot));
    retiring.set(snapshot, retired);
  }

  async function buildNow(entry: Entry): Promise<void> {
    if (closing.signal.aborted || entry.isDropped) return;
    try {
      const snapshot = await take(context, {
        python: entry.prefix.python ?? python,
        prefix: entry.prefix,
        connect,
        signal: closing.signal,
        supervisors,
      });
      retire(entry);
      delete entry.refused;
      const pool = createAdaptivePool((signal) => snapshot.fork(signal), { minWaiting: 0, maxWaiting, quiet, onReady });
      const forget = budget.add({
        usedAtMs: () => entry.usedAtMs,
        memoryBytes: () => snapshot.memoryBytes(),
        evict: async () => {
          if (isExpected(entry)) entry.evictedAtMs = performance.now();
          retire(entry);
        },
      });
      pool.expect(entry.expected ?? 0);
      entry.cached = { snapshot, pool, forget };
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
    pids: () => [...supervisors].map((supervisor) => supervisor.pid()),
    build(entry) {
      if (entry.making !== undefined || closing.signal.aborted) return;
      if (entry.refused !== undefined && Date.now() - entry.refused.atMs < Math.min(RETRY_MS, entry.prefix.ttlMs))
        return;
      entry.making = queue = queue
        .then(() => buildNow(entry))
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
