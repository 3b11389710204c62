/** For which scripts kernels wait while people have pages open. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankScripts, type Interest } from '../../../src/domain/kernel/interest.ts';

const page = (visitor: string, script: string, sinceMs: number, isTouched = false): Interest => ({
  visitor,
  script,
  sinceMs,
  isTouched,
});

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
