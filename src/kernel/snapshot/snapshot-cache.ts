/**
 * The snapshots of one supplier, one per script: taken in the background, replaced before they are too old, never used
 * half made.
 */
import type { ForkServerStatus, Prefix, SnapshotState } from '../../domain/kernel/kernel.ts';
import type { AdaptivePool } from '../supply/adaptive-pool.ts';
import {
  createSnapshotBuilder,
  type SnapshotBuilderOptions,
  type Entry,
  type CachedSnapshot,
  isExpected,
  isPaused,
} from './snapshot-builder.ts';
import type { Snapshot } from './snapshot.ts';

/** Share of its time to live after which a snapshot in use is replaced. */
const RENEW_AT = 0.8;
const TIDY_MS = 15_000;
/** Number of scripts that are remembered. */
const MAX_SCRIPTS = 1000;

export interface SnapshotCache {
  /** One that is fresh, and of these connections. If there is none, it is taken for later runs. */
  find(
    prefix: Prefix,
    fingerprint: string,
  ): Promise<{ readonly snapshot: Snapshot; readonly pool: AdaptivePool } | undefined>;
  prepare(prefix: Prefix): void;
  /** Takes these, and lets kernels wait in each; no longer in others. */
  expect(needs: readonly ExpectedPrefix[]): void;
  expectedWaiting(): number;
  /** It failed to fork: it is removed, and its script gets the reason. */
  drop(script: string, reason: string): void;
  state(script: string): SnapshotState | undefined;
  waiting(): number;
  parents(): Promise<readonly ForkServerStatus[]>;
  pids(): readonly number[];
  close(): Promise<void>;
}

export interface ExpectedPrefix {
  readonly prefix: Prefix;
  readonly kernels: number;
}

const keyOf = ({ cells, directory, kernelName, ttlMs, python }: Prefix) =>
  JSON.stringify([cells, directory, kernelName, ttlMs, python]);

function stateOf({ cached, refused, making }: Partial<Entry>): SnapshotState | undefined {
  if (cached !== undefined) return { type: 'ready', takenAtMs: cached.snapshot.takenAtMs };
  if (refused !== undefined) return { type: 'refused', ...refused };
  return making === undefined ? undefined : { type: 'making' };
}

async function parentOf(script: string, { snapshot, pool }: CachedSnapshot): Promise<ForkServerStatus> {
  return {
    imports: [],
    script,
    waiting: pool.waiting(),
    memoryBytes: await snapshot.memoryBytes(),
    ageMs: Date.now() - snapshot.takenAtMs,
  };
}

/** Whether one is missing that a run will need. */
function isDue(entry: Entry): boolean {
  return isExpected(entry) && entry.cached === undefined && !isPaused(entry);
}

/** Per script: the last request. */
function createEntries(retire: (entry: Entry) => void) {
  const entries = new Map<string, Entry>();

  function drop(script: string): void {
    const entry = entries.get(script);
    if (entry === undefined) return;
    entry.isDropped = true;
    entries.delete(script);
    retire(entry);
  }

  function entryOf(prefix: Prefix): Entry {
    const key = keyOf(prefix);
    const known = entries.get(prefix.script);
    if (known?.key === key) {
      known.prefix = prefix;
      return known;
    }
    drop(prefix.script);
    if (entries.size >= MAX_SCRIPTS) drop(entries.keys().next().value ?? '');
    const entry: Entry = { prefix, key, usedAtMs: performance.now() };
    entries.set(prefix.script, entry);
    return entry;
  }

  return { entries, entryOf, drop };
}

export function createSnapshotCache(options: SnapshotBuilderOptions): SnapshotCache {
  const { build, retire, ...builder } = createSnapshotBuilder(options);
  const { entries, entryOf, drop } = createEntries(retire);

  function look(entry: Entry): void {
    const { cached, prefix } = entry;
    if (isDue(entry)) build(entry);
    if (cached === undefined) return;
    const ageMs = Date.now() - cached.snapshot.takenAtMs;
    cached.pool.adapt(performance.now());
    const isUsed = performance.now() - entry.usedAtMs < prefix.ttlMs;
    if (isUsed && ageMs > prefix.ttlMs * RENEW_AT) build(entry);
    if (ageMs > prefix.ttlMs) retire(entry);
  }
  const timer = setInterval(() => {
    for (const entry of entries.values()) look(entry);
  }, TIDY_MS);
  timer.unref();

  return {
    async find(prefix, fingerprint) {
      const entry = entryOf(prefix);
      entry.usedAtMs = performance.now();
      const { cached } = entry;
      if (cached !== undefined && (cached.snapshot.fingerprint !== fingerprint || !(await cached.snapshot.isFresh())))
        retire(entry);
      look(entry);
      if (entry.cached === undefined) build(entry);
      return entry.cached;
    },
    prepare(prefix) {
      const entry = entryOf(prefix);
      if (entry.cached === undefined) build(entry);
    },
    expect(needs) {
      const wanted = new Map(needs.map(({ prefix, kernels }) => [entryOf(prefix), kernels]));
      for (const entry of entries.values()) {
        entry.expected = wanted.get(entry) ?? 0;
        entry.cached?.pool.expect(entry.expected);
      }
      for (const entry of wanted.keys()) {
        entry.usedAtMs = performance.now();
        if (isDue(entry)) build(entry);
      }
    },
    expectedWaiting: () =>
      [...entries.values()].reduce(
        (sum, entry) => sum + (isExpected(entry) ? (entry.cached?.pool.waiting() ?? 0) : 0),
        0,
      ),
    drop(script, reason) {
      const entry = entries.get(script);
      if (entry === undefined) return;
      retire(entry);
      entry.refused = { problem: { reason }, atMs: Date.now() };
    },
    state: (script) => stateOf(entries.get(script) ?? {}),
    waiting: () => [...entries.values()].reduce((sum, { cached }) => sum + (cached?.pool.waiting() ?? 0), 0),
    parents: () =>
      Promise.all(
        [...entries].flatMap(([script, { cached }]) => (cached === undefined ? [] : [parentOf(script, cached)])),
      ),
    pids: builder.pids,
    async close() {
      clearInterval(timer);
      for (const script of [...entries.keys()]) drop(script);
      await builder.close();
    },
  };
}
