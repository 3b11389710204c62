/** Runs that begin again where their worker has vanished, on every engine. */
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { storeOn } from './contract-list.ts';
import { newRun } from './contract.ts';

const STARTED = { type: 'run-started', attempt: 1, worker: 'w', cells: 2 } as const;
const READY: RunEvent = { type: 'kernel-ready', supply: 'cold', ms: 5, environment: 'Python 3' };
const DONE: RunEvent = { type: 'run-finished', outcome: { type: 'succeeded' } };

export function testRetry(name: string, open: () => Promise<Engine>): void {
  describe(`retries: ${name}`, () => {
    it('lets runs begin again as often as they may, without their old worker and what it had published', async () => {
      const store = await storeOn(await open());
      await store.create(newRun('once', { retries: 1, secrets: { key: 'k' } }), 0, 10);
      await store.claim('w', 1);
      const result = { type: 'result-published', name: 'rows', value: 3 } as const;
      await store.append('once', 1, [STARTED, READY, { type: 'progress', fraction: 0.5, text: '' }, result], 1);
      await store.renewLease('w', 0);
      expect(await store.recover('another', 9)).toEqual({ lost: [], requeued: ['once'] });
      const waiting = await store.find('once');
      expect(waiting).toMatchObject({ status: 'queued', results: [] });
      expect([waiting?.startedAtMs, waiting?.progress]).toEqual([undefined, undefined]);
      await expect(store.append('once', 1, [DONE], 10)).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.stopRequest('once', 1)).toEqual({ type: 'lost' });
      await store.renewLease('w', 600_000);
      expect(await store.claim('w', 1)).toMatchObject({ run: { id: 'once' }, attempt: 2, secrets: { key: 'k' } });
      await store.append('once', 2, [{ ...STARTED, attempt: 2 }], 11);
      await store.renewLease('w', 0);
      expect(await store.recover('another', 12)).toEqual({ lost: ['once'], requeued: [] });
      expect((await store.events('once', 0, 10)).events.map(({ event }) => event.type)).toEqual([
        'run-queued',
        'run-started',
        'kernel-ready',
        'progress',
        'result-published',
        'run-requeued',
        'run-started',
        'run-finished',
      ]);
      await store.close();
    });

    it('does not begin a run again that somebody has cancelled', async () => {
      const store = await storeOn(await open());
      await store.create(newRun('cancelled', { retries: 3 }), 0, 10);
      await store.claim('w', 1);
      await store.append('cancelled', 1, [STARTED], 1);
      await store.requestCancel('cancelled', 'ana', 2);
      await store.renewLease('w', 0);
      expect(await store.recover('another', 9)).toEqual({ lost: ['cancelled'], requeued: [] });
      await store.close();
    });
  });
}
