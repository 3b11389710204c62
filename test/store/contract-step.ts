/** The contract of every run store for the times of steps. */
import { describe, expect, it } from 'vitest';
import type { RunStore } from '../../src/domain/run/run-store.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { newRun } from './contract.ts';

const started = (cell: number, more = {}): RunEvent => ({ type: 'cell-started', cell, ...more });
const finished = (cell: number, ms: number, more = {}): RunEvent => ({
  type: 'cell-finished',
  cell,
  status: 'ok',
  ms,
  ...more,
});
const printed = (cell: number, text: string): RunEvent => ({ type: 'stream-appended', cell, name: 'stdout', text });

export function testSteps(open: () => RunStore): void {
  describe('times of steps', () => {
    async function run(id: string, ...events: RunEvent[]): Promise<void> {
      const store = open();
      await store.create(newRun(id), 1000, 100);
      await store.renewLease('w', 60_000);
      await store.claim('w', 2000);
      const end: RunEvent = { type: 'run-finished', outcome: { type: 'succeeded' } };
      await store.append(id, 1, [{ type: 'run-started', attempt: 1, worker: 'w', cells: 2 }, ...events, end], 3000);
    }

    it('are counted without the cell of the values, by run', async () => {
      await run('a', started(0), finished(0, 5), finished(1, 1, { injected: true }), started(3), finished(3, 70));
      await run('b', started(0), finished(0, 6, { status: 'error' }));
      await run('c');
      expect(await open().stepTimes(['b', 'a', 'none', 'c'])).toEqual(
        new Map([
          ['b', [{ step: 1, ms: 6 }]],
          [
            'a',
            [
              { step: 1, ms: 5 },
              { step: 2, ms: 70 },
            ],
          ],
          ['c', []],
        ]),
      );
      expect(await open().stepTimes([])).toEqual(new Map());
    });

    it('leave out what was skipped or executed for a snapshot, and are not taken from outputs', async () => {
      await run(
        'a',
        started(0, { fromSnapshot: true }),
        finished(0, 900),
        finished(1, 0, { status: 'skipped' }),
        started(2),
        printed(2, '{"type":"cell-finished","cell":2,"status":"ok","ms":1}'),
        printed(2, 'x'.repeat(10_000)),
        finished(2, 30),
      );
      expect(await open().stepTimes(['a'])).toEqual(new Map([['a', [{ step: 3, ms: 30 }]]]));
    });
  });
}
