/** Snapshots for tests, taken by the supplier of the test. */
import { expect, vi } from 'vitest';
import type { Kernel, KernelRequest, Prefix, SnapshotState } from '../../src/domain/kernel/kernel.ts';
import { createBench, type Bench } from './fixture.ts';

export const planned = (bench: Bench, sources: readonly string[], changes: Partial<Prefix> = {}): Prefix => ({
  script: 'sales',
  cells: sources.map((source, index) => ({ index, source, mayFail: false })),
  kernelName: undefined,
  language: 'python',
  directory: bench.scripts,
  ttlMs: 3_600_000,
  wallMs: 60_000,
  cellMs: 60_000,
  outputBytes: 1_000_000,
  tables: '',
  ...changes,
});

/** The state of the snapshot, once it is known. */
export async function settled(bench: Bench): Promise<SnapshotState> {
  return vi.waitFor(
    () => {
      const state = bench.supplier.snapshot?.('sales');
      if (state === undefined || state.type === 'making') throw new Error('not yet');
      return state;
    },
    { timeout: 60_000, interval: 20 },
  );
}

/** Tries to take a snapshot; returns its state. */
export async function tried(bench: Bench, prefix: Prefix): Promise<SnapshotState> {
  bench.supplier.prepareSnapshot?.(prefix);
  return settled(bench);
}

export async function taken(bench: Bench, sources: readonly string[], changes: Partial<Prefix> = {}): Promise<Prefix> {
  const prefix = planned(bench, sources, changes);
  expect(await tried(bench, prefix)).toEqual({ type: 'ready', takenAtMs: expect.any(Number) });
  return prefix;
}

export const take = (
  bench: Bench,
  prefix: Prefix,
  changes: Partial<KernelRequest> = {},
  fingerprint = '',
): Promise<Kernel> => bench.take({ prefix: { plan: prefix, fingerprint }, ...changes });

export const created = (options: Parameters<typeof createBench>[0] = {}): Promise<Bench> =>
  createBench({ poolSize: 1, ...options });
