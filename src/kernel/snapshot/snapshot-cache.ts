/**
 * The snapshots of one supplier, one a script: taken in the background, replaced before they are too old, never half
 * made.
 */
import type { KernelParent, Prefix, SnapshotState } from '../../domain/kernel/kernel.ts';
import type { Brood } from '../supply/adaptive-pool.ts';
import { createDarkroom, type DarkroomOptions, type Entry, type Slide } from './snapshot-builder.ts';
import type { Snapshot } from './snapshot.ts';

/** Of its time to live: a snapshot in use is replaced from then on. */
const RENEW_AT = 0.8;
const TIDY_MS = 15_000;
/** Scripts that are remembered. */
const MAX_SCRIPTS = 1000;

export interface SnapshotShelf {
  /** One that is fresh, and of these connections. Where there is none, it is taken for those who come later. */
  find(
    prefix: Prefix,
    fingerprint: string,
  ): Promise<{ readonly snapshot: Snapshot; readonly brood: Brood } | undefined>;
  prepare(prefix: Prefix): void;
  /** It failed to fork: it goes, and its script is told the reason. */
  drop(script: string, reason: string): void;
  state(script: string): SnapshotState | undefined;
  waiting(): number;
  parents(): Promise<readonly KernelParent[]>;
  pids(): readonly number[];
  close(): Promise<void>;
}

const keyOf = ({ cells, directory, kernelName, ttlMs }: Prefix) =>
  JSON.stringify([cells, directory, kernelName, ttlMs]);

function stateOf({ slide, refused, making }: Partial<Entry>): SnapshotState | undefined {
  if (slide !== undefined) return { type: 'ready', takenAtMs: slide.snapshot.takenAtMs };
  if (refused !== undefined) return { type: 'refused', ...refused };
  return making === undefined ? undefined : { type: 'making' };
}

async function parentOf(script: string, { snapshot, brood }: Slide): Promise<KernelParent> {
  return {
    imports: [],
    script,
    waiting: brood.waiting(),
    memoryBytes: await snapshot.memoryBytes(),
    ageMs: Date.now() - snapshot.takenAtMs,
  };
}

/** One a script: what it was asked for last. */
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

export function createSnapshotShelf(options: DarkroomOptions): SnapshotShelf {
  const { make, retire, ...darkroom } = createDarkroom(options);
  const { entries, entryOf, drop } = createEntries(retire);

  function look(entry: Entry): void {
    const { slide, prefix } = entry;
    if (slide === undefined) return;
    const ageMs = Date.now() - slide.snapshot.takenAtMs;
    slide.brood.adapt(performance.now());
    const isUsed = performance.now() - entry.usedAtMs < prefix.ttlMs;
    if (isUsed && ageMs > prefix.ttlMs * RENEW_AT) make(entry);
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
      const { slide } = entry;
      if (slide !== undefined && (slide.snapshot.fingerprint !== fingerprint || !(await slide.snapshot.isFresh())))
        retire(entry);
      look(entry);
      if (entry.slide === undefined) make(entry);
      return entry.slide;
    },
    prepare(prefix) {
      const entry = entryOf(prefix);
      if (entry.slide === undefined) make(entry);
    },
    drop(script, reason) {
      const entry = entries.get(script);
      if (entry === undefined) return;
      retire(entry);
      entry.refused = { problem: { reason }, atMs: Date.now() };
    },
    state: (script) => stateOf(entries.get(script) ?? {}),
    waiting: () => [...entries.values()].reduce((sum, { slide }) => sum + (slide?.brood.waiting() ?? 0), 0),
    parents: () =>
      Promise.all(
        [...entries].flatMap(([script, { slide }]) => (slide === undefined ? [] : [parentOf(script, slide)])),
      ),
    pids: darkroom.pids,
    async close() {
      clearInterval(timer);
      for (const script of [...entries.keys()]) drop(script);
      await darkroom.close();
    },
  };
}
