/** How snapshots age, with fake snapshots and a clock that the test moves. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Prefix } from '../../../src/domain/kernel/kernel.ts';
import type { KernelProcess } from '../../../src/kernel/process/kernel-process.ts';
import type { LaunchContext } from '../../../src/kernel/process/launch.ts';
import { createSnapshotCache } from '../../../src/kernel/snapshot/snapshot-cache.ts';
import { SnapshotRefused, type Snapshot } from '../../../src/kernel/snapshot/snapshot.ts';

const MINUTE = 60_000;
const TTL = 60 * MINUTE;
const prefix: Prefix = {
  script: 'sales',
  cells: [{ index: 0, source: 'slow()', mayFail: false }],
  kernelName: undefined,
  language: 'python',
  directory: '/scripts',
  ttlMs: TTL,
  wallMs: 1,
  cellMs: 1,
  outputBytes: 1,
  tables: '',
};

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const nobody = (): KernelProcess => {
  throw new Error('no kernel is wanted here');
};

/** Each snapshot takes a minute. `refuse`: the results of the next attempts. */
function cacheOf({ refuse }: { refuse?: () => boolean } = {}) {
  const takenAtMs: number[] = [];
  const evictions: (() => Promise<void>)[] = [];
  const ended: number[] = [];
  const cache = createSnapshotCache({
    context: {} as LaunchContext,
    python: '',
    maxWaiting: 0,
    budget: {
      add({ evict }) {
        if (evict !== undefined) evictions.push(evict);
        return () => {};
      },
      tidy: async () => {},
    },
    connect: async () => ({ environment: {}, writablePaths: [], secrets: [], fingerprint: '' }),
    onReady() {},
    async take() {
      const atMs = Date.now();
      await new Promise((resolve) => setTimeout(resolve, MINUTE));
      if (refuse?.() === true) throw new SnapshotRefused({ cell: 0, reason: 'It fails.' });
      takenAtMs.push(atMs);
      const end = async () => {
        ended.push(atMs);
      };
      return {
        takenAtMs: atMs,
        cells: new Map(),
        fingerprint: '',
        gone: new Promise(() => {}),
        fork: async () => nobody(),
        isFresh: async () => true,
        memoryBytes: async () => 0,
        retire: end,
        close: end,
      } satisfies Snapshot;
    },
  });
  return {
    cache,
    evictions,
    takenAtMs,
    ended,
    /** The time of the data in a run's snapshot, in minutes; undefined for a full run. */
    async run() {
      const found = await cache.find(prefix, '');
      return found && found.snapshot.takenAtMs / MINUTE;
    },
    pass: (minutes: number) => vi.advanceTimersByTimeAsync(minutes * MINUTE),
  };
}

describe('a snapshot of an hour', () => {
  it('is renewed after four fifths of it, in the background, and serves until the new one is whole', async () => {
    const { run, pass, takenAtMs } = cacheOf();
    expect(await run()).toBeUndefined();
    await pass(47);
    expect(await run()).toBe(0);
    expect(takenAtMs).toHaveLength(1);
    await pass(1.5); // without a request: the server checks by itself
    expect(await run()).toBe(0);
    await pass(1);
    expect(await run()).toBeCloseTo(48.25);
    expect(takenAtMs).toHaveLength(2);
  });

  it('is never served after its time, even where no other can be taken', async () => {
    let fails = false;
    const { run, pass, ended, cache } = cacheOf({ refuse: () => fails });
    await run();
    await pass(40);
    fails = true;
    expect(await run()).toBe(0);
    await pass(20);
    expect(await run()).toBe(0);
    vi.setSystemTime(Date.now() + 1); // a moment later, before the server has checked
    expect(await run()).toBeUndefined();
    await pass(1);
    expect(ended).toEqual([0]);
    expect(cache.state('sales')).toMatchObject({ type: 'refused', problem: { cell: 0 } });
    await pass(600);
    expect(await run()).toBeUndefined();
  });

  it('is let go when nobody has wanted one for an hour', async () => {
    const { run, pass, takenAtMs, ended, cache } = cacheOf();
    await run();
    await pass(300);
    expect(takenAtMs.length).toBeLessThanOrEqual(2);
    expect(ended).toHaveLength(takenAtMs.length);
    expect(cache.state('sales')).toBeUndefined();
  });

  it('is renewed for as long as it is used', async () => {
    const { run, pass } = cacheOf();
    await run();
    await pass(10);
    for (let looks = 0; looks < 20; looks += 1) {
      expect(await run()).toBeGreaterThan(Date.now() / MINUTE - 60);
      await pass(30);
    }
  });

  it('that has made way for others is taken again for a run at once, but after a pause where one is only expected', async () => {
    const { cache, evictions, run, pass, takenAtMs } = cacheOf();
    cache.expect([{ prefix, kernels: 1 }]);
    await pass(1);
    await evictions[0]?.();
    cache.expect([]);
    cache.expect([{ prefix, kernels: 1 }]);
    await pass(0.5);
    expect(takenAtMs).toEqual([0]);
    await pass(2);
    expect(takenAtMs).toHaveLength(2);
    await evictions[1]?.();
    expect(await run()).toBeUndefined();
    await pass(1);
    expect(takenAtMs).toHaveLength(3);
  });
});
