import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLease } from '../../src/worker/run-lease.ts';

let calls: string[];
let isAway: boolean;
const runs = {
  renewLease: async (_worker: string, ms: number) => {
    if (isAway) throw new Error('away');
    calls.push(`renew ${ms}`);
  },
  recover: async () => {
    calls.push('recover');
    return { lost: [], requeued: [] };
  },
};
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const offers = () => undefined;
const open = (isWorker: boolean) => createLease({ runs, now: () => 0, log: silent }, 'w', isWorker ? { offers } : {});
const take = () => calls.splice(0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'performance'] });
  calls = [];
  isAway = false;
});
afterEach(() => vi.useRealTimers());

it('recovers no runs for the time of a lease after the database was away: others that live must renew theirs', async () => {
  const lease = open(true);
  await lease.start();
  expect(take()).toEqual(['renew 10000', 'recover']);
  isAway = true;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(take()).toEqual([]);
  isAway = false;
  await vi.advanceTimersByTimeAsync(9_000);
  expect(take()).toEqual(['renew 10000', 'renew 10000', 'renew 10000']);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(take()).toContain('recover');
  await lease.stop();
  expect(take()).toEqual(['renew 0']);
});

it('has no lease where no runs are executed, and recovers those of others', async () => {
  const lease = open(false);
  await lease.start();
  await lease.stop();
  expect(take()).toEqual(['renew 0', 'recover', 'renew 0']);
});

it('goes on under another name when the database does not answer at all, not when it refuses', async () => {
  let [answer, name] = ['at once', 'w'];
  const names: string[] = [];
  let backs: string[] = [];
  const asked = {
    ...runs,
    renewLease: async (worker: string) => {
      names.push(worker);
      if (answer === 'refused') throw new Error('refused');
      if (answer === 'never') await new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 20_000));
    },
  };
  const lease = createLease({ runs: asked, now: () => 0, log: silent }, name, {
    offers,
    onSilence: () => (name += "'"),
    onBack: () => void backs.push(`${answer} ${names.at(-1)}`),
  });
  await lease.start();
  answer = 'refused';
  await vi.advanceTimersByTimeAsync(60_000);
  expect([[...new Set(names)], backs]).toEqual([['w'], []]);
  answer = 'at once';
  await vi.advanceTimersByTimeAsync(10_000);
  expect(backs).toEqual(['at once w']);
  backs = [];
  answer = 'never';
  await vi.advanceTimersByTimeAsync(13_000);
  expect(name).toBe("w'");
  answer = 'at once';
  await vi.advanceTimersByTimeAsync(30_000);
  expect([names.at(-1), name]).toEqual(["w'", "w'"]);
  expect(backs).toEqual(["at once w'"]);
  await lease.stop();
});
