/** The contract of every run store, whatever its engine. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import type { Claim, NewRun, RunStore } from '../../src/domain/run/run-store.ts';
import { testBundles } from './contract-bundle.ts';
import { testQueue } from './contract-queue.ts';
import { testQuotas } from './contract-quota.ts';
import { testSteps } from './contract-step.ts';

export const HASH = (digit: string) => digit.repeat(64);

export function newRun(id: string, changes: Partial<NewRun> = {}): NewRun {
  return {
    id,
    script: 'sales',
    title: 'Sales',
    revision: HASH('a'),
    revisionBytes: 7,
    given: { day: 'today' },
    parameters: { day: '2026-01-02' },
    secrets: {},
    by: 'viewer',
    trigger: 'form',
    timezone: 'UTC',
    serverVersion: '1',
    ...changes,
  };
}

const STARTED: RunEvent = { type: 'run-started', attempt: 1, worker: 'w', cells: 2 };
const READY: RunEvent = { type: 'kernel-ready', supply: 'cold', ms: 5, environment: 'Python 3' };
const DONE: RunEvent = { type: 'run-finished', outcome: { type: 'succeeded' } };

export function testRunStore(name: string, open: () => Promise<RunStore>): void {
  describe(`run store: ${name}`, () => {
    let store: RunStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
    });

    const create = (id: string, changes: Partial<NewRun> = {}, atMs = 1000) =>
      store.create(newRun(id, changes), atMs, 100);
    async function claim(): Promise<Claim> {
      await store.renewLease('w', 60_000);
      const claimed = await store.claim('w', 2000);
      if (claimed === undefined) throw new Error('nothing to claim');
      return claimed;
    }
    async function finished(id: string, script = 'sales', [startMs, endMs] = [2000, 3000]) {
      await create(id, { script }, startMs);
      await claim();
      await store.append(id, 1, [STARTED], startMs);
      await store.append(id, 1, [DONE], endMs);
    }

    testQueue(() => store);
    testBundles(() => store);
    testSteps(() => store);
    testQuotas(() => store);

    it('keeps a submitted run with its first event', async () => {
      const { run, created } = await create('a', { parent: 'p' });
      expect(created).toBe(true);
      expect(run).toMatchObject({
        id: 'a',
        status: 'queued',
        attempt: 0,
        parent: 'p',
        createdAtMs: 1000,
        parameters: { day: '2026-01-02' },
      });
      expect(await store.find('a')).toEqual(run);
      expect((await store.events('a', 0, 10)).events).toEqual([
        {
          seq: 1,
          atMs: 1000,
          event: { type: 'run-queued', script: 'sales', revision: HASH('a'), parameters: { day: '2026-01-02' } },
        },
      ]);
      expect(await store.find('b')).toBeUndefined();
      expect([await store.lastEventAtMs('a'), await store.lastEventAtMs('b')]).toEqual([1000, undefined]);
      await claim();
      await store.append('a', 1, [STARTED], 2500);
      expect(await store.lastEventAtMs('a')).toBe(2500);
    });

    it('answers the same run for the same key of the same person', async () => {
      await create('a', { idempotencyKey: 'k' });
      expect(await create('b', { idempotencyKey: 'k' })).toMatchObject({ created: false, run: { id: 'a' } });
      expect(await create('c', { idempotencyKey: 'k', by: 'other' })).toMatchObject({
        created: true,
        run: { id: 'c' },
      });
    });

    it('refuses more than the queue may hold, but still knows the key of an earlier run', async () => {
      await store.create(newRun('a', { idempotencyKey: 'k' }), 1, 1);
      await expect(store.create(newRun('b'), 1, 1)).rejects.toMatchObject({
        code: 'unavailable',
        retryAfterS: expect.any(Number),
      });
      expect(await store.create(newRun('c', { idempotencyKey: 'k' }), 1, 1)).toMatchObject({ run: { id: 'a' } });
      expect(await store.find('b')).toBeUndefined();
    });

    it('hands out the oldest run first, each once, and counts those before', async () => {
      await create('b');
      await create('a');
      expect([await store.position('b'), await store.position('a')]).toEqual([0, 1]);
      expect(await claim()).toMatchObject({ run: { id: 'b', status: 'starting', attempt: 1 }, attempt: 1 });
      expect([await store.position('b'), await store.position('a')]).toEqual([undefined, 0]);
      expect(await claim()).toMatchObject({ run: { id: 'a' } });
      expect(await store.claim('w', 1)).toBeUndefined();
    });

    it('gives the password values to the worker alone, and forgets them at the end', async () => {
      await create('a', { secrets: { key: 'hunter2' } });
      expect((await claim()).secrets).toEqual({ key: 'hunter2' });
      expect(JSON.stringify([await store.find('a'), (await store.events('a', 0, 9)).events])).not.toContain('hunter2');
      await store.append('a', 1, [STARTED, DONE], 1);
      expect(await store.find('a')).toMatchObject({ status: 'succeeded' });
    });

    it('appends without gaps and projects onto the run', async () => {
      await create('a');
      await claim();
      await store.append('a', 1, [STARTED, READY], 2000);
      const artifact = { name: 'x.csv', mime: 'text/csv', sizeBytes: 3, hash: HASH('b') };
      const stored = await store.append(
        'a',
        1,
        [{ type: 'cell-finished', cell: 0, status: 'ok', ms: 1 }, { type: 'artifact-added', artifact }, DONE],
        3000,
      );
      expect(stored.map(({ seq }) => seq)).toEqual([4, 5, 6]);
      expect(await store.find('a')).toMatchObject({
        status: 'succeeded',
        startedAtMs: 2000,
        endedAtMs: 3000,
        expiresAtMs: 13_000,
        environment: 'Python 3',
        cells: { total: 2, done: 1 },
        artifacts: [artifact],
        outcome: { type: 'succeeded' },
      });
      expect((await store.events('a', 3, 2)).events.map(({ seq }) => seq)).toEqual([4, 5]);
    });

    it('appends thousands of events at once', async () => {
      await create('a');
      await claim();
      const events = Array.from({ length: 3000 }, (_, cell): RunEvent => ({ type: 'cell-started', cell }));
      await store.append('a', 1, events, 1);
      expect((await store.events('a', 3000, 10)).events.map(({ seq }) => seq)).toEqual([3001]);
      expect(await store.events('a', Number.MAX_SAFE_INTEGER, 10)).toEqual({ events: [], isLast: true });
      expect(await store.isFarBehind('a', Number.MAX_SAFE_INTEGER, 10)).toBe(false);
    });

    it('refuses events of an attempt that is over, and of a run that has ended', async () => {
      await create('a');
      await claim();
      await store.renewLease('w', 0);
      await store.recover('another', 1);
      await claim();
      await expect(store.append('a', 1, [STARTED], 1)).rejects.toMatchObject({ code: 'conflict' });
      await store.append('a', 2, [STARTED, DONE], 1);
      await expect(store.append('a', 2, [DONE], 1)).rejects.toMatchObject({ code: 'conflict' });
      await expect(store.append('zz', 1, [DONE], 1)).rejects.toMatchObject({ code: 'not-found' });
      expect((await store.events('a', 0, 10)).events).toHaveLength(3);
    });

    it('wakes who waits for a run and who waits for work, until they stop', async () => {
      const [queued, grown] = [vi.fn(), vi.fn()];
      const stopQueued = store.onQueued(queued);
      const stopGrown = store.subscribe('a', grown);
      await create('a');
      await vi.waitFor(() => expect(queued).toHaveBeenCalledTimes(1));
      await claim();
      await store.append('a', 1, [STARTED], 1);
      await vi.waitFor(() => expect(grown).toHaveBeenCalledTimes(1));
      stopQueued();
      stopGrown();
      await store.append('a', 1, [READY], 1);
      await create('b');
      expect([queued.mock.calls.length, grown.mock.calls.length]).toEqual([1, 1]);
    });

    it('cancels a waiting run at once and a started one through its worker', async () => {
      await create('a');
      expect(await store.requestCancel('a', 'ana', 5)).toMatchObject({
        status: 'cancelled',
        outcome: { type: 'cancelled', by: 'ana' },
        endedAtMs: 5,
      });
      await create('b');
      await claim();
      expect(await store.stopRequest('b', 1)).toBeUndefined();
      expect(await store.requestCancel('b', 'ana', 5)).toMatchObject({ status: 'starting' });
      await store.requestCancel('b', 'bob', 6);
      expect(await store.stopRequest('b', 1)).toEqual({ type: 'cancelled', by: 'ana' });
      for (const [id, attempt] of [
        ['a', 0],
        ['b', 2],
        ['zz', 1],
      ] as const)
        expect(await store.stopRequest(id, attempt)).toEqual({ type: 'lost' });
      await expect(store.requestCancel('zz', 'ana', 5)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('after a crash: started runs are lost, cancelled ones cancelled, claimed ones wait again first', async () => {
      for (const id of ['started', 'running', 'claimed', 'cancelled', 'waiting']) await create(id);
      for (let count = 0; count < 4; count += 1) await claim();
      await store.append('started', 1, [STARTED], 1);
      await store.append('running', 1, [STARTED, READY], 1);
      await store.requestCancel('cancelled', 'ana', 1);
      await store.renewLease('w', 0);
      expect(await store.recover('another', 9)).toEqual({ lost: ['started', 'running'], requeued: ['claimed'] });
      expect(await store.find('running')).toMatchObject({ status: 'lost', outcome: { type: 'lost' }, endedAtMs: 9 });
      expect(await store.find('cancelled')).toMatchObject({ status: 'cancelled' });
      expect((await store.events('running', 0, 10)).events.map(({ event }) => event.type)).toEqual([
        'run-queued',
        'run-started',
        'kernel-ready',
        'run-finished',
      ]);
      expect(await claim()).toMatchObject({ run: { id: 'claimed' }, attempt: 2 });
    });

    it('ends what waited too long', async () => {
      await create('old', {}, 1000);
      await create('new', {}, 2000);
      expect(await store.expireQueued(1500, 60_000, 2500)).toEqual(['old']);
      expect(await store.find('old')).toMatchObject({
        status: 'timed-out',
        outcome: { type: 'timed-out', limit: 'queue', limitMs: 60_000 },
      });
      expect(await store.find('new')).toMatchObject({ status: 'queued' });
    });

    it('shortens in lists what is long, and says so; the run itself has all', async () => {
      const long = 'x'.repeat(1_000_000);
      await create('long', { parameters: { day: '2026-01-02', long }, given: { n: 7, long } });
      await claim();
      const results = Array.from({ length: 300 }, (_, at) => ({ name: `r${at}`, value: `${at} ${'y'.repeat(100)}` }));
      await store.append(
        'long',
        1,
        [STARTED, ...results.map((each) => ({ type: 'result-published', ...each }) as const)],
        5,
      );
      await create('short');
      const [short, shortened] = (await store.list({ limit: 9 })).items;
      expect(short).toEqual(await store.find('short'));
      expect(shortened).toMatchObject({ id: 'long', shortened: ['given', 'parameters', 'results'], given: { n: 7 } });
      expect(shortened?.parameters['day']).toBe('2026-01-02');
      expect(shortened?.results).toEqual(results.slice(0, shortened?.results.length));
      expect(shortened?.results.length).toBeGreaterThan(20);
      expect(JSON.stringify(shortened).length).toBeLessThan(30_000);
      expect((await store.find('long'))?.results).toEqual(results);
      expect((await store.find('long'))?.given['long']).toBe(long);
      expect([await store.status('long'), await store.status('none')]).toEqual(['starting', undefined]);
    });

    it('reads long logs in parts, and knows who is far behind', async () => {
      await create('a');
      await claim();
      const text = 'x'.repeat(200_000);
      await store.append('a', 1, [STARTED, ...Array.from({ length: 9 }, () => ({ type: 'notice', text }) as const)], 5);
      const parts: number[] = [];
      for (let [seq, isLast] = [0, false]; !isLast;) {
        const batch = await store.events('a', seq, 500);
        parts.push(batch.events.length);
        seq = batch.events.at(-1)?.seq ?? seq;
        isLast = batch.isLast;
      }
      expect([parts.reduce((sum, count) => sum + count), parts.length > 3]).toEqual([11, true]);
      expect([await store.isFarBehind('a', 0, 1_000_000), await store.isFarBehind('a', 8, 1_000_000)]).toEqual([
        true,
        false,
      ]);
    });

    it('lists newest first, page by page, by every filter', async () => {
      for (const [index, id] of ['a', 'b', 'c', 'd', 'e'].entries())
        await create(id, { by: id === 'c' ? 'ana' : 'viewer', script: id === 'd' ? 'ops' : 'sales' }, index);
      const ids = async (query: Parameters<RunStore['list']>[0]) => (await store.list(query)).items.map(({ id }) => id);
      const first = await store.list({ limit: 2 });
      expect(first.items.map(({ id }) => id)).toEqual(['e', 'd']);
      expect(await ids({ limit: 9, cursor: first.next ?? '' })).toEqual(['c', 'b', 'a']);
      expect((await store.list({ limit: 5 })).next).toBeUndefined();
      expect(await ids({ limit: 9, by: 'ana' })).toEqual(['c']);
      expect(await ids({ limit: 9, script: 'ops' })).toEqual(['d']);
      expect(await ids({ limit: 9, sinceMs: 1, untilMs: 3 })).toEqual(['c', 'b']);
      await store.requestCancel('a', 'ana', 1);
      expect(await ids({ limit: 9, status: ['cancelled', 'lost'] })).toEqual(['a']);
      await store.erase('a', 2);
      expect(await ids({ limit: 9, status: ['cancelled'] })).toEqual([]);
      expect(await ids({ limit: 9, status: ['cancelled'], withDeleted: true })).toEqual(['a']);
      await expect(store.list({ limit: 9, cursor: '; drop' })).rejects.toMatchObject({ code: 'invalid' });
    });

    it('knows each script’s newest report and how long it usually takes', async () => {
      await finished('a', 'sales', [0, 100]);
      await finished('b', 'sales', [200, 900]);
      await finished('c', 'sales', [1000, 1200]);
      await finished('d', 'ops', [0, 5]);
      await create('e', { script: 'ops' });
      const names = ['ops', 'none', 'sales'];
      const latest = await store.latest(names);
      expect([latest.get('sales')?.id, latest.get('ops')?.id, latest.size]).toEqual(['c', 'd', 2]);
      expect(await store.usualMs(names)).toEqual(
        new Map([
          ['sales', 200],
          ['ops', 5],
        ]),
      );
      const known = async (...some: string[]) => [...(await store.latest(some)).keys(), ...(await store.usualMs(some))];
      expect(await known('ops')).toEqual(['ops', ['ops', 5]]);
      expect(await known('none')).toEqual([]);
      expect(await known()).toEqual([]);
      await store.erase('c', 1);
      expect((await store.latest(names)).get('sales')?.id).toBe('b');
    });

    it('keeps pinned reports out of retention and leaves a tombstone of erased ones', async () => {
      await finished('a');
      await finished('b');
      expect((await store.candidates({ limit: 10 })).map(({ id }) => id)).toEqual(['a', 'b']);
      const kept = await store.pin('a', true);
      expect([kept.pinned, kept.expiresAtMs]).toEqual([true, undefined]);
      expect((await store.candidates({ limit: 10 })).map(({ id }) => id)).toEqual(['b']);
      await store.erase('b', 77);
      expect(await store.find('b')).toMatchObject({
        deletedAtMs: 77,
        status: 'succeeded',
        parameters: { day: '2026-01-02' },
        artifacts: [],
      });
      expect((await store.events('b', 0, 10)).events).toEqual([]);
      expect(await store.candidates({ limit: 10 })).toEqual([]);
      await expect(store.pin('b', true)).rejects.toMatchObject({ code: 'gone' });
      await create('c');
      await expect(store.erase('c', 1)).rejects.toMatchObject({ code: 'conflict' });
    });

    it('offers the soonest to expire first, and forgets tombstones at last', async () => {
      await finished('a', 'sales', [0, 100]);
      await create('b', { retainMs: 5 });
      await claim();
      await store.append('b', 1, [STARTED, DONE], 200);
      expect((await store.candidates({ limit: 10 })).map(({ id }) => id)).toEqual(['b', 'a']);
      const [first] = await store.candidates({ limit: 1 });
      expect((await store.candidates({ limit: 10, after: first })).map(({ id }) => id)).toEqual(['a']);
      expect(await store.candidates({ limit: 10, scripts: ['ops'] })).toEqual([]);
      await store.erase('a', 300);
      expect([await store.forget(300, 9), await store.find('a')]).toMatchObject([0, { id: 'a' }]);
      expect([await store.forget(301, 9), await store.find('a')]).toEqual([1, undefined]);
    });

    it('expires only what may still go', async () => {
      for (const id of ['a', 'kept', 'gone']) await finished(id);
      await store.pin('kept', true);
      await store.erase('gone', 5);
      await create('waiting');
      const { ids, logBytes } = await store.expire(['a', 'kept', 'gone', 'waiting', 'never'], 9);
      expect([ids, logBytes > 0]).toEqual([['a'], true]);
      expect(await store.find('a')).toMatchObject({ deletedAtMs: 9 });
      expect(await store.find('kept')).not.toHaveProperty('deletedAtMs');
    });

    it('keeps the parameters’ file beside the script until the last run that has it goes', async () => {
      const sidecar = { file: 'sales.params.json', hash: HASH('b'), sizeBytes: 5 };
      const { run } = await create('a', { sidecar });
      expect(run.sidecar).toEqual({ file: 'sales.params.json', hash: HASH('b') });
      expect((await claim()).run.sidecar).toEqual(run.sidecar);
      await store.append('a', 1, [STARTED, DONE], 1);
      expect((await store.candidates({ limit: 1 }))[0]?.blobs).toContainEqual({
        hash: HASH('b'),
        sizeBytes: 5,
        owners: 1,
      });
      await create('b', { sidecar, revision: HASH('c') });
      await claim();
      await store.append('b', 1, [STARTED, DONE], 1);
      await store.erase('a', 9);
      expect(await store.ownedBlobs('b')).toEqual(new Set([HASH('b')]));
      await store.erase('b', 9);
      expect(await store.ownedBlobs('b')).toEqual(new Set());
    });

    it('adds up anew what it has kept or deleted itself, and the rest when the sums are old', async () => {
      const end = async (id: string) => {
        await create(id, { script: 'sales', revision: HASH(id), revisionBytes: 0 });
        await claim();
        await store.append(id, 1, [STARTED, DONE], 1);
      };
      const count = async (maxAgeMs?: number) => (await store.holdings(maxAgeMs)).all.count;
      for (const id of ['a', 'b', 'c', 'd']) await end(id);
      expect(await count()).toBe(4);
      await end('e');
      expect([await count(Infinity), await count(0), await count(Infinity)]).toEqual([4, 5, 5]);
      await store.pin('a', true);
      expect(await count(Infinity)).toBe(4);
      await store.erase('b', 9);
      expect(await count(Infinity)).toBe(3);
      await store.expire(['c', 'd'], 9);
      expect(await count(Infinity)).toBe(1);
      const both = await Promise.all([store.holdings(), store.holdings(Infinity)]);
      expect(both[0]).toBe(both[1]);
    });

    it('weighs a file that reports share once in all and its part in each script, until the last of them goes', async () => {
      const artifact = { name: 'x.csv', mime: 'text/csv', sizeBytes: 6000, hash: HASH('b') };
      for (const [id, script] of [
        ['a', 'sales'],
        ['b', 'sales'],
        ['c', 'ops'],
        ['d', 'ops'],
      ] as const) {
        await create(id, { script, revision: HASH(id), revisionBytes: 0 });
        await claim();
        await store.append(id, 1, [STARTED, { type: 'artifact-added', artifact }, DONE], 1);
      }
      const logs = (await store.candidates({ limit: 9 })).map(({ logBytes }) => logBytes);
      const sum = logs.reduce((total, bytes) => total + bytes, 0);
      expect(await store.holdings()).toMatchObject({
        all: { count: 4, bytes: sum + 6000 },
        scripts: new Map([
          ['ops', { count: 2 }],
          ['sales', { count: 2 }],
        ]),
      });
      expect([await store.scriptBlobBytes('sales'), await store.scriptBlobBytes('none')]).toEqual([3000, 0]);
      expect((await store.candidates({ limit: 1 }))[0]?.blobs).toContainEqual({
        hash: HASH('b'),
        sizeBytes: 6000,
        owners: 4,
      });
      await store.pin('d', true);
      expect((await store.holdings()).all).toMatchObject({ count: 3, bytes: sum - (logs[3] ?? 0) });
      await store.expire(['a', 'b', 'c'], 9);
      expect(await store.ownedBlobs('b')).toEqual(new Set([HASH('b')]));
      await store.erase('d', 9);
      expect(await store.ownedBlobs('b')).toEqual(new Set());
    });

    it('remembers what was freed, the newest first, and not for ever', async () => {
      for (let atMs = 1; atMs <= 203; atMs += 1)
        await store.noteCleanup({ atMs, reports: { age: atMs, count: 0, size: 0 }, bytes: 5 });
      expect((await store.clearings(2)).map(({ atMs, reports }) => [atMs, reports.age])).toEqual([
        [203, 203],
        [202, 202],
      ]);
      expect(await store.clearings(1000)).toHaveLength(200);
    });

    it('lets a run have a retention time of its own', async () => {
      await create('a', { retainMs: 5 });
      await claim();
      await store.append('a', 1, [STARTED, DONE], 100);
      expect(await store.find('a')).toMatchObject({ expiresAtMs: 105 });
    });

    it('knows which blobs are needed and how much a report takes', async () => {
      const data = { 'image/png': { $blob: HASH('b'), sizeBytes: 5000, encoding: 'base64' } } as const;
      await create('a');
      await claim();
      const shown: RunEvent = { type: 'output-added', cell: 0, output: { type: 'display', data, metadata: {} } };
      await store.append(
        'a',
        1,
        [STARTED, shown, { type: 'output-updated', displayId: 'd', data, metadata: {} }, DONE],
        1,
      );
      expect([await store.ownedBlobs('a'), await store.ownedBlobs('b'), await store.ownedBlobs('c')]).toEqual([
        new Set([HASH('a')]),
        new Set([HASH('b')]),
        new Set(),
      ]);
      expect((await store.candidates({ limit: 1 }))[0]?.blobs).toContainEqual({
        hash: HASH('b'),
        sizeBytes: 5000,
        owners: 1,
      });
      await store.erase('a', 1);
      expect([await store.ownedBlobs('a'), await store.ownedBlobs('b')]).toEqual([new Set(), new Set()]);
    });
  });
}
