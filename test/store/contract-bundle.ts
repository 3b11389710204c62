/** The contract of every run store for the files beside scripts. */
import { describe, expect, it } from 'vitest';
import type { RunStore } from '../../src/domain/run/run-store.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';

import { newRun } from './contract.ts';

const hash = (digit: string) => digit.repeat(64);
const DONE: RunEvent[] = [
  { type: 'run-started', attempt: 1, worker: 'w', cells: 1 },
  { type: 'run-finished', outcome: { type: 'succeeded' } },
];
const BUNDLE = {
  hash: hash('d'),
  sizeBytes: 10,
  files: [
    { hash: hash('e'), sizeBytes: 20 },
    { hash: hash('f'), sizeBytes: 30 },
    { hash: hash('f'), sizeBytes: 30 },
  ],
};

export function testBundles(open: () => RunStore): void {
  describe('bundles', () => {
    const owned = async () => {
      const found = ['d', 'e', 'f'].map((digit) => open().ownedBlobs(digit.repeat(2)));
      return (await Promise.all(found)).map(({ size }) => size);
    };

    it('own their files while an unfinished run needs them, and for a while after their last use', async () => {
      const store = open();
      expect(await store.touchBundle(BUNDLE.hash, 1000)).toBe(false);
      const { run } = await store.create(newRun('a', { bundle: BUNDLE }), 1000, 10);
      expect(run.bundle).toBe(BUNDLE.hash);
      expect((await store.list({ limit: 1 })).items[0]?.bundle).toBe(BUNDLE.hash);
      expect(await owned()).toEqual([1, 1, 1]);
      expect(await store.releaseBundles(5000)).toBe(0);
      await store.claim('w', 2000);
      await store.append('a', 1, DONE, 3000);
      expect(await store.releaseBundles(1000)).toBe(0);
      expect(await store.touchBundle(BUNDLE.hash, 4000)).toBe(true);
      expect(await store.releaseBundles(3000)).toBe(0);
      expect(await owned()).toEqual([1, 1, 1]);
      expect(await store.releaseBundles(5000)).toBe(1);
      expect(await owned()).toEqual([0, 0, 0]);
      expect(await store.touchBundle(BUNDLE.hash, 6000)).toBe(false);
    });

    it('share files with runs and other bundles', async () => {
      const store = open();
      await store.create(newRun('a', { bundle: BUNDLE, revision: hash('e') }), 1000, 10);
      await store.create(newRun('b', { bundle: { ...BUNDLE, hash: hash('c') } }), 9000, 10);
      for (const id of ['a', 'b']) {
        await store.claim('w', 2000);
        await store.append(id, 1, DONE, 3000);
      }
      expect(await store.releaseBundles(5000)).toBe(1);
      expect(await owned()).toEqual([0, 1, 1]);
      expect(await store.releaseBundles(10_000)).toBe(1);
      expect(await owned()).toEqual([0, 1, 0]);
    });

    it('are stored once by many submissions at a time', async () => {
      const store = open();
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => store.create(newRun(`r${index}`, { bundle: BUNDLE }), 1000, 100)),
      );
      for (let index = 0; index < 8; index += 1) {
        const claim = await store.claim('w', 2000);
        await store.append(claim?.run.id ?? '', 1, DONE, 3000);
      }
      expect(await store.releaseBundles(5000)).toBe(1);
      expect(await owned()).toEqual([0, 0, 0]);
    });
  });
}
