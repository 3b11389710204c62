/** The contract of quotas: what is counted, and that no two submissions pass together; part of that of run stores. */
import { expect, it } from 'vitest';
import { quotaMembers, quotasOf, readQuotas } from '../../src/domain/quota/quota-rule.ts';
import type { NewRun, RunStore } from '../../src/domain/run/run-store.ts';
import { newRun } from './contract.ts';

const DAY = 86_400_000;

export function testQuotas(open: () => RunStore): void {
  const submit = (id: string, lines: readonly string[], changes: Partial<NewRun> = {}, atMs = DAY) =>
    open().create(newRun(id, { quotas: readQuotas(lines), ...changes }), atMs, 1000);
  const refusal = (retryAfterS: number) => ({ code: 'limited', retryAfterS });
  async function execute(id: string, [startMs, endMs]: readonly [number, number]) {
    await open().renewLease('w', 60_000);
    await open().claim('w', startMs);
    await open().append(id, 1, [{ type: 'run-started', attempt: 1, worker: 'w', cells: 1 }], startMs);
    await open().append(id, 1, [{ type: 'run-finished', outcome: { type: 'succeeded' } }], endMs);
  }

  it('lets no more through than a quota allows, however many are submitted at once', async () => {
    const results = await Promise.allSettled([
      ...Array.from({ length: 10 }, (_, at) =>
        submit(`ana${at}`, ['*: 4 a day', '*: 6 a day together'], { by: 'ana' }),
      ),
      ...Array.from({ length: 10 }, (_, at) =>
        submit(`bob${at}`, ['*: 4 a day', '*: 6 a day together'], { by: 'bob' }),
      ),
    ]);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(14);
    for (const each of refused) expect(each).toMatchObject({ reason: refusal(86_400) });
    const { items: runs } = await open().list({ limit: 50 });
    expect(runs).toHaveLength(6);
    for (const by of ['ana', 'bob']) expect(runs.filter((run) => run.by === by).length).toBeLessThanOrEqual(4);
  });

  it('counts the runs of its place within 24 hours, also deleted ones, and knows the keys of earlier ones', async () => {
    const line = ['sales/*: 2 a day'];
    await submit('a', line, { script: 'sales/one', idempotencyKey: 'k' }, DAY);
    await submit('b', line, { script: 'salesroom' }, DAY);
    await submit('c', line, { script: 'sales/two' }, DAY + 3_600_000);
    await open().requestCancel('c', 'viewer', DAY + 3_600_000);
    await open().erase('c', DAY + 3_600_000);
    const later = (atMs: number, changes: Partial<NewRun> = {}) =>
      submit(`at ${atMs}`, line, { script: 'sales/one', ...changes }, atMs);
    await expect(later(DAY * 2 - 1000)).rejects.toMatchObject(refusal(1));
    expect(await later(DAY * 2 - 1000, { idempotencyKey: 'k' })).toMatchObject({ created: false, run: { id: 'a' } });
    await later(DAY * 2);
    await expect(later(DAY * 2 + 1)).rejects.toMatchObject(refusal(3600));
    await later(DAY * 2 + 1, { by: 'other' });
    const [use] = await open().quotaUse('viewer', readQuotas(line), DAY * 2 + 1);
    expect(use).toMatchObject({ atOnce: 2, runs: 2, lessAtMs: DAY * 2 + 3_600_000, runsFreeAtMs: DAY * 2 + 3_600_000 });
  });

  it('counts runs that wait or execute, and the time that they took', async () => {
    const line = ['*: 2 at once, 60s a day'];
    await submit('a', line);
    await submit('b', line);
    await expect(submit('c', line)).rejects.toMatchObject(refusal(10));
    await execute('a', [DAY + 1000, DAY + 41_000]);
    await submit('d', line, {}, DAY + 41_000);
    await execute('b', [DAY + 41_000, DAY + 71_000]);
    expect(await open().quotaUse('viewer', readQuotas(line), DAY + 80_000)).toMatchObject([
      { atOnce: 1, runs: 3, timeMs: 70_000, timeFreeAtMs: DAY * 2 },
    ]);
    await expect(submit('e', line, {}, DAY + 80_000)).rejects.toMatchObject({ code: 'limited' });
    await submit('f', line, {}, DAY * 2 + 42_000);
  });

  it('counts what a group has requested as a whole, also if somebody has left it and reports are deleted', async () => {
    const lines = readQuotas([
      '*: 3 a day, 2 at once together for @a "x"@"b\\"',
      '*: 9 a day for @a',
      'y: 1 a day together',
    ]);
    const of = (id: string, by: string, groups: readonly string[], script = 'x') => {
      const person = { name: by, groups, isSignedIn: true };
      const quotas = quotasOf(lines, person, script);
      const members = quotaMembers(lines, person);
      return open().create(newRun(id, { by, script, quotas, quotaMembers: members }), DAY, 1000);
    };
    const limited = { code: 'limited' };
    await of('1', 'ana', ['a']);
    // neither of them is in the group, whatever they are called
    for (const name of ['a', '@a', 'A', '"@a"', '@a\n', '=x', '\\']) await of(`n ${name}`, name, []);
    for (const group of ['A', '@a', 'aa', '"', 'x', '"@a"', 'a"\n"', 'b']) await of(`g ${group}`, 'eve', [group]);
    await of('2', 'bob', ['b\\']);
    await expect(of('3', 'x', [])).rejects.toMatchObject(limited);
    await open().requestCancel('1', 'ana', DAY);
    await open().erase('1', DAY);
    await of('4', 'x', []);
    await open().requestCancel('4', 'x', DAY);
    await expect(of('5', 'ana', ['a'])).rejects.toMatchObject(limited);
    await of('6', 'ana', []);
    const [use] = await open().quotaUse('somebody', lines, DAY);
    expect(use).toMatchObject({ atOnce: 1, runs: 3, runsFreeAtMs: DAY * 2 });
    expect(await open().keptBytes('somebody', lines[0]!)).toBe(
      (await open().keptBytes('bob', lines[1]!)) + (await open().keptBytes('x', lines[1]!)),
    );
  });

  it('allows nothing where it says so', async () => {
    await expect(submit('a', ['*: 0 a day'])).rejects.toMatchObject(refusal(86_400));
    await expect(submit('b', ['*: 0s a day'])).rejects.toMatchObject(refusal(86_400));
  });

  it('sums what reports and their files take, without deleted ones', async () => {
    const file = { hash: 'f'.repeat(64), sizeBytes: 1000 };
    for (const [id, changes] of Object.entries({ a: { files: [file] }, b: {}, c: { by: 'other' } }))
      await submit(id, [], changes);
    await execute('a', [DAY, DAY + 1]);
    const [own, all] = readQuotas(['*: 1GB kept', '*: 1GB kept together']);
    const [ownBytes, allBytes] = [await open().keptBytes('viewer', own!), await open().keptBytes('viewer', all!)];
    // two scripts of 7 bytes, the file, and the log of the one that has ended
    expect(ownBytes).toBeGreaterThan(1014);
    expect(allBytes).toBe(ownBytes + 7);
    await open().erase('a', DAY + 2);
    expect(await open().keptBytes('viewer', own!)).toBe(7);
  });
}
