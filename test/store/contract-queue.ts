/** The contract of the queue: which waiting run a store hands out next; part of the contract of run stores. */
import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import type { Claim, NewRun, RunningLimits, RunStore } from '../../src/domain/run/run-store.ts';
import { newRun } from './contract.ts';

export function testQueue(open: () => RunStore): void {
  const submit = async (id: string, changes: Partial<NewRun> = {}) => {
    await open().create(newRun(id, changes), 1000, 1000);
  };
  const next = async (limits: RunningLimits = {}) => {
    await open().renewLease('w', 60_000);
    return (await open().claim('w', 2000, limits))?.run.id;
  };
  const take = async (count: number, limits: RunningLimits = {}) => {
    const ids: (string | undefined)[] = [];
    for (let left = count; left > 0; left -= 1) ids.push(await next(limits));
    return ids.join(' ');
  };
  const end = async (id: string) => {
    const { attempt } = (await open().find(id))!;
    await open().append(id, attempt, [{ type: 'run-finished', outcome: { type: 'succeeded' } }], 3000);
  };

  it('starts a run together with its submission where it is its turn, and one process is alone', async () => {
    const claims: Claim[] = [];
    const submitAtOnce = async (id: string, changes: Partial<NewRun> = {}, limits: RunningLimits = {}) => {
      const started: RunEvent = { type: 'run-started', attempt: 1, worker: 'w', cells: 2 };
      const settled = Promise.withResolvers<unknown>();
      const onStart = (claim: Claim, durable: Promise<unknown>) => {
        claims.push(claim);
        durable.then(settled.resolve, settled.reject);
      };
      const { run } = await open().create(
        newRun(id, { ...changes, atOnce: { worker: 'w', limits, started, onStart } }),
        1000,
        9,
      );
      if (run.status === 'starting') expect(await settled.promise).toMatchObject({ run: { id }, created: true });
      return [run.status, run.attempt];
    };
    const typesOf = async (id: string) => (await open().events(id, 0, 9)).events.map(({ event }) => event.type);
    await open().renewLease('w', 60_000);
    const isShared = (await open().workers()) > 0;
    const secrets = { key: 'hunter2' };
    const person = { name: 'ana', groups: [], isSignedIn: true };
    expect(await submitAtOnce('first', { secrets, person })).toEqual(isShared ? ['queued', 0] : ['starting', 1]);
    if (isShared) {
      expect([claims, await typesOf('first'), await next()]).toEqual([[], ['run-queued'], 'first']);
      return;
    }
    expect(claims).toMatchObject([{ run: { id: 'first', status: 'starting' }, attempt: 1, secrets, person }]);
    expect(await typesOf('first')).toEqual(['run-queued', 'run-started']);
    // those that may not start, or before which another one waits, stay in the queue
    expect(await submitAtOnce('second', {}, { script: 1 })).toEqual(['queued', 0]);
    expect(await submitAtOnce('third')).toEqual(['queued', 0]);
    expect([claims.length, await typesOf('third')]).toEqual([1, ['run-queued']]);
    expect(await submitAtOnce('bob1', { by: 'bob' })).toEqual(['starting', 1]);
    expect(await take(3)).toBe('second third ');
    await end('first');
    expect(await open().recover('another', 4000)).toEqual({ requeued: ['second', 'third'], lost: ['bob1'] });
  });

  it('withholds runs whose packages are being installed, and names what is waited for', async () => {
    const packages = 'a'.repeat(64);
    const needs = { tags: [], packages };
    await submit('first', { needs });
    await submit('second', { needs: { tags: [] } });
    await submit('third');
    await open().renewLease('w', 60_000);
    const claim = async (withheld: readonly string[]) => (await open().claim('w', 2000, { withheld }))?.run;
    expect(await open().waitingPackages()).toEqual([packages]);
    expect((await claim([packages]))?.id).toBe('second');
    expect((await claim([packages]))?.id).toBe('third');
    expect(await claim([packages])).toBeUndefined();
    expect(await claim(['b'.repeat(64)])).toMatchObject({ id: 'first', packages });
    expect(await open().waitingPackages()).toEqual([]);
  });

  it('gives what was just appended without the log, until something else comes after it', async () => {
    await submit('a');
    await next();
    const started: RunEvent = { type: 'run-started', attempt: 1, worker: 'w', cells: 2 };
    const shown = (text: string): RunEvent => ({ type: 'stream-appended', cell: 0, name: 'stdout', text });
    await open().append('a', 1, [started], 2000);
    await open().append('a', 1, [shown('one'), shown('two')], 2500);
    const all = (await open().events('a', 0, 9)).events;
    const added = open().lastAdded('a', 2);
    expect(added).toEqual(all.slice(2));
    expect(open().lastAdded('a', 2)).toBe(added);
    for (const seq of [0, 1, 3, 4]) expect(open().lastAdded('a', seq)).toBeUndefined();
    await open().append('a', 1, [shown('x'.repeat(200_000))], 2600);
    for (const seq of [2, 4]) expect(open().lastAdded('a', seq)).toBeUndefined();
    await end('a');
    expect(open().lastAdded('a', 5)).toMatchObject([{ seq: 6, event: { type: 'run-finished' } }]);
    await open().erase('a', 9000);
    expect(open().lastAdded('a', 5)).toBeUndefined();
  });

  it('lets users take turns, however many runs one of them submits', async () => {
    for (let count = 1; count <= 20; count += 1) await submit(`ana${count}`, { by: 'ana' });
    expect(await take(2)).toBe('ana1 ana2');
    for (const id of ['bob1', 'bob2']) await submit(id, { by: 'bob' });
    await submit('cem1', { by: 'cem' });
    expect(await take(6)).toBe('bob1 cem1 ana3 bob2 ana4 ana5');
    // who had waited with many does not have to make up for it, and who was away has saved nothing up
    for (let count = 7; count <= 20; count += 1) await open().requestCancel(`ana${count}`, 'ana', 2000);
    for (const id of ['bob3', 'bob4', 'bob5']) await submit(id, { by: 'bob' });
    await submit('ana21', { by: 'ana' });
    expect(await take(5)).toBe('bob3 ana6 bob4 bob5 ana21');
  });

  it('moves those who cancel their first runs up', async () => {
    for (let count = 1; count <= 10; count += 1) await submit(`ana${count}`, { by: 'ana' });
    for (let count = 1; count <= 9; count += 1) await open().requestCancel(`ana${count}`, 'ana', 2000);
    for (let count = 1; count <= 3; count += 1) await submit(`bob${count}`, { by: 'bob' });
    expect(await take(4)).toBe('ana10 bob1 bob2 bob3');
  });

  it('lets the scripts of a user take turns, at the cost of nobody else', async () => {
    for (let count = 1; count <= 5; count += 1) await submit(`long${count}`, { by: 'ana', script: 'long' });
    for (const id of ['short1', 'short2']) await submit(id, { by: 'ana', script: 'short' });
    for (const id of ['bob1', 'bob2']) await submit(id, { by: 'bob' });
    expect(await take(9)).toBe('long1 bob1 short1 bob2 long2 short2 long3 long4 long5');
  });

  it('hands out the more urgent first, and the others get their share', async () => {
    for (let count = 1; count <= 2; count += 1) await submit(`batch${count}`, { priority: 'batch' });
    for (let count = 1; count <= 2; count += 1) await submit(`api${count}`, { priority: 'api' });
    for (let count = 1; count <= 18; count += 1) await submit(`page${count}`);
    const order = (await take(22)).replaceAll(/(?<=[a-z])\d+/g, '');
    expect(order).toBe(
      [...Array<string>(4).fill('page'), 'api', ...Array<string>(4).fill('page'), 'api']
        .concat(Array<string>(6).fill('page'), 'batch', Array<string>(4).fill('page'), 'batch')
        .join(' '),
    );
    expect((await open().find('batch1'))?.priority).toBe('batch');
  });

  it('keeps to the limits of scripts and users, and goes on with the others', async () => {
    for (const id of ['one1', 'one2']) await submit(id, { script: 'one', scriptLimit: 1 });
    await submit('other1', { script: 'other', by: 'bob' });
    expect(await take(3)).toBe('one1 other1 ');
    await end('one1');
    expect(await take(2)).toBe('one2 ');
    for (const id of ['other2', 'other3']) await submit(id, { script: 'other', by: 'ana' });
    // the limits of the settings: of a script that has none of its own, and of a user
    expect(await next({ script: 1 })).toBeUndefined();
    expect(await take(2, { script: 3, user: 1 })).toBe('other2 ');
    expect(await take(2, { script: 3, user: 2 })).toBe('other3 ');
  });

  it('refuses the runs of a user who has as many waiting as one user may have', async () => {
    const create = (id: string, by: string) => open().create(newRun(id, { by }), 1000, 4, 2);
    for (const id of ['ana1', 'ana2']) await create(id, 'ana');
    await expect(create('ana3', 'ana')).rejects.toMatchObject({
      code: 'unavailable',
      message: '2 of your reports are already waiting, and no more than 2 of one user may wait. Try again in a moment.',
    });
    for (const id of ['bob1', 'bob2']) await create(id, 'bob');
    await expect(create('cem1', 'cem')).rejects.toThrow('4 reports are already waiting, and no more than 4 may wait.');
  });

  it('tells a waiting run its place by the same rule, and what holds it back', async () => {
    for (let count = 1; count <= 5; count += 1)
      await submit(`ana${count}`, { by: 'ana', script: 'long', scriptLimit: 1 });
    await submit('ana6', { by: 'ana', script: 'short' });
    await submit('bob1', { by: 'bob' });
    await submit('batch', { by: 'cem', priority: 'batch' });
    const waiting = ['ana1', 'bob1', 'ana6', 'ana2', 'ana3', 'ana4', 'ana5', 'batch'];
    expect(await Promise.all(waiting.map((id) => open().position(id)))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await open().place('bob1')).toEqual({
      script: 'sales',
      before: 1,
      ahead: [{ script: 'long', count: 1 }],
      running: [],
    });
    expect(await next()).toBe('ana1');
    expect(await open().place('ana2', { user: 1 })).toMatchObject({
      before: 2,
      running: [{ script: 'long', startedAtMs: null }],
      heldBy: { type: 'script', limit: 1 },
    });
    expect((await open().place('ana6', { user: 1 }))?.heldBy).toEqual({ type: 'user', limit: 1 });
    expect([await open().place('ana1'), await open().position('none')]).toEqual([undefined, undefined]);
  });

  it('queues a run of a vanished worker again at its old place', async () => {
    for (let count = 1; count <= 3; count += 1) await submit(`ana${count}`, { by: 'ana' });
    await submit('bob1', { by: 'bob' });
    expect(await next()).toBe('ana1');
    await open().renewLease('w', 0);
    expect(await open().recover('another', 2500)).toMatchObject({ requeued: ['ana1'] });
    expect(await take(4)).toBe('ana1 bob1 ana2 ana3');
  });
}
