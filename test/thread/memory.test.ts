import { constants, PerformanceObserver, performance, type NodeGCPerformanceDetail } from 'node:perf_hooks';
import { setImmediate as otherWork } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createMemoryRelease } from '../../src/thread/memory.ts';

const REST_MS = 20;
let forced = 0;
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { flags = 0 } = (entry as unknown as { detail: NodeGCPerformanceDetail }).detail;
    if ((flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) !== 0) forced += 1;
  }
});

afterEach(() => observer.disconnect());

/** In pieces, as a thread that answers requests. */
async function work(ms: number): Promise<void> {
  for (const endMs = performance.now() + ms; performance.now() < endMs; await otherWork())
    for (const pieceMs = performance.now() + 3; performance.now() < pieceMs;);
}

test('a thread returns memory when it is at rest, and does not pause for it while it works', async () => {
  observer.observe({ entryTypes: ['gc'] });
  const held = Buffer.alloc(100_000_000);
  const release = createMemoryRelease({ restMs: REST_MS });
  release();
  await work(10 * REST_MS);
  expect(forced).toBe(0);
  await expect.poll(() => forced, { timeout: 30_000 }).toBeGreaterThan(0);
  expect(held.length).toBe(100_000_000);
});
