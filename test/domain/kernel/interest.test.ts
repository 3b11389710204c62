/** For which scripts, and how many, kernels wait while people have pages open. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostForPages, rankDemands, type Interest } from '../../../src/domain/kernel/interest.ts';

const page = (visitor: string, script: string, sinceMs: number, isTouched = false): Interest => ({
  visitor,
  script,
  sinceMs,
  isTouched,
});

/** Only the scripts. */
const rankScripts = (open: readonly Interest[], scripts: number) =>
  rankDemands(open, { scripts, kernels: 0, perAddress: 1 }).map(({ script }) => script);

const counts = (open: readonly Interest[], kernels: number, perAddress = 100) =>
  Object.fromEntries(
    rankDemands(open, { scripts: 4, kernels, perAddress }).map(({ script, kernels: count }) => [script, count]),
  );

const pages = fc.array(
  fc.record({
    visitor: fc.constantFrom('ana', 'ben', 'cleo', 'dan'),
    script: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    isTouched: fc.boolean(),
    sinceMs: fc.nat(100),
  }),
  { maxLength: 30 },
);

test('who has touched the form comes before who opened a page last', () => {
  expect(rankScripts([page('ana', 'touched', 1, true), page('ben', 'opened', 9)], 2)).toEqual(['touched', 'opened']);
  expect(rankScripts([page('ana', 'opened', 9), page('ana', 'touched', 1, true)], 1)).toEqual(['touched']);
  expect(rankScripts([page('ana', 'older', 1), page('ben', 'newer', 9)], 2)).toEqual(['newer', 'older']);
});

test('the many pages of one visitor do not take the turn of another', () => {
  const greedy = Array.from({ length: 20 }, (_, at) => page('ana', `script-${at}`, 100 + at, true));
  expect(rankScripts([...greedy, page('ben', 'only', 1)], 4)).toEqual(['script-19', 'only', 'script-18', 'script-17']);
});

test('is bounded, names each script once, and names all as long as there is room', () => {
  fc.assert(
    fc.property(pages, fc.nat(8), (open, most) => {
      const ranked = rankScripts(open, most);
      const scripts = new Set<string>(open.map(({ script }) => script));
      expect(new Set(ranked).size).toBe(ranked.length);
      expect(ranked.length).toBe(Math.min(most, scripts.size));
      expect(ranked.every((script) => scripts.has(script))).toBe(true);
    }),
  );
});

test('nobody gets a second script before everybody has the first, whatever the others do', () => {
  fc.assert(
    fc.property(pages, fc.integer({ min: 1, max: 8 }), (open, most) => {
      const visitors = new Set(open.map(({ visitor }) => visitor));
      const firsts = new Set(
        [...visitors].map(
          (visitor) =>
            rankScripts(
              open.filter((each) => each.visitor === visitor),
              1,
            )[0],
        ),
      );
      const ranked = rankScripts(open, most);
      expect(ranked.slice(0, firsts.size).every((script) => firsts.has(script))).toBe(true);
    }),
  );
});

test('a kernel for each visitor of a script, not for each of their pages', () => {
  const open = [page('ana', 'weekly', 1), page('ana', 'weekly', 2, true), page('ben', 'weekly', 3)];
  expect(counts(open, 8)).toEqual({ weekly: 2 });
  // the second script of a visitor has a kernel, not a further one
  expect(counts([...open, page('ana', 'monthly', 4), page('cleo', 'monthly', 5)], 8)).toEqual({
    weekly: 2,
    monthly: 1,
  });
});

test('second kernels of scripts come before third ones, those of touched forms first, within the limit', () => {
  const crowd = Array.from({ length: 20 }, (_, at) => page(`of weekly ${at}`, 'weekly', 100 + at));
  const few = [page('ana', 'monthly', 1), page('ben', 'monthly', 2)];
  expect(counts([...crowd, ...few], 4)).toEqual({ weekly: 2, monthly: 2 });
  expect(counts([...crowd, ...few], 3)).toEqual({ weekly: 2, monthly: 1 });
  expect(counts([...crowd, page('ana', 'monthly', 1), page('ben', 'monthly', 2, true)], 3)).toEqual({
    monthly: 1,
    weekly: 2,
  });
  expect(counts([...crowd, page('ana', 'monthly', 1, true), page('ben', 'monthly', 2, true)], 3)).toEqual({
    monthly: 2,
    weekly: 1,
  });
  expect(counts([...crowd, ...few], 100)).toEqual({ weekly: 20, monthly: 2 });
});

test('one address without accounts has few kernels, whatever the browsers call themselves', () => {
  const from = (address: string, count: number, script = 'weekly') =>
    Array.from({ length: count }, (_, at) => ({ ...page(`${address} ${at}`, script, at), address }));
  const people = [page('ana', 'weekly', 1), page('ben', 'weekly', 2)];
  expect(counts([...from('192.0.2.1', 50), ...from('192.0.2.2', 2), ...people], 100, 5)).toEqual({ weekly: 9 });
  expect(counts(from('192.0.2.1', 50), 100, 0)).toEqual({ weekly: 1 });
});

test('never more kernels than visitors or than the limit, but one for each script', () => {
  fc.assert(
    fc.property(pages, fc.nat(12), fc.nat(8), (open, kernels, scripts) => {
      const demands = rankDemands(open, { scripts, kernels, perAddress: 100 });
      const sum = demands.reduce((total, { kernels: count }) => total + count, 0);
      expect(demands.every(({ kernels: count }) => count >= 1)).toBe(true);
      expect(sum).toBeLessThanOrEqual(Math.max(kernels, demands.length));
      for (const { script, kernels: count } of demands)
        expect(count).toBeLessThanOrEqual(
          new Set(open.filter((each) => each.script === script).map(({ visitor }) => visitor)).size,
        );
      // a larger limit never takes a kernel away
      const more = new Map(
        rankDemands(open, { scripts, kernels: kernels + 1, perAddress: 100 }).map(({ script, ...rest }) => [
          script,
          rest.kernels,
        ]),
      );
      for (const { script, kernels: count } of demands) expect(more.get(script)).toBeGreaterThanOrEqual(count);
    }),
  );
});

test('the limit is what may run at once, and what fits into the memory', () => {
  expect(mostForPages(2, 2_400_000_000)).toBe(2);
  expect(mostForPages(200, 2_400_000_000)).toBe(120);
  expect(mostForPages(2, 0)).toBe(0);
});
