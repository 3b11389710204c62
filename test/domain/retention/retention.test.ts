import { describe, expect, it } from 'vitest';
import { createChooser, retainMs, scriptBounds } from '../../../src/domain/retention/retention.ts';
import type { Bounds, Candidate } from '../../../src/domain/retention/retention.ts';
import { readRetentionRules } from '../../../src/domain/retention/retention-rule.ts';
import type { Script } from '../../../src/domain/script/script.ts';

const FOREVER = 1e14;
const candidate = (id: string, logBytes: number, change: Partial<Candidate> = {}): Candidate => ({
  number: 1,
  id,
  script: 'sales',
  title: 'Sales',
  logBytes,
  expiresAtMs: FOREVER,
  endedAtMs: -4_000_000,
  blobs: [],
  ...change,
});
const CANDIDATES = [
  candidate('a', 10, { expiresAtMs: 100 }),
  candidate('b', 20, { expiresAtMs: 200 }),
  candidate('c', 30, { script: 'ops', expiresAtMs: 300 }),
  candidate('d', 40),
];

function choose(nowMs: number, bounds: Bounds, own: Record<string, Bounds> = {}, candidates = CANDIDATES): string[] {
  const held = (list: readonly Candidate[]) => ({
    count: list.length,
    bytes: list.reduce((sum, { logBytes }) => sum + logBytes, 0),
  });
  const scripts = new Map(
    Object.entries(own).map(([name, bound]) => [
      name,
      { bounds: bound, held: held(candidates.filter(({ script }) => script === name)) },
    ]),
  );
  const chooser = createChooser({ bounds, held: held(candidates) }, scripts, { nowMs: nowMs, expiryMs: nowMs });
  return candidates
    .map((one) => chooser.consider(one))
    .filter((expiry) => expiry !== undefined)
    .map(({ id, reason }) => `${id} ${reason}`);
}

describe('what goes by itself', () => {
  it.each<[string, number, Bounds, Record<string, Bounds>, string[]]>([
    ['nothing, while all is young, few and small', 99, { count: 4, bytes: 100 }, {}, []],
    ['what has expired, to the millisecond', 200, {}, {}, ['a age', 'b age']],
    ['the soonest to expire, until the rest fits', 0, { bytes: 70 }, {}, ['a size', 'b size']],
    ['the soonest to expire, until there are few enough', 0, { count: 1 }, {}, ['a count', 'b count', 'c count']],
    ['no more for size than age has not freed already', 100, { bytes: 90 }, {}, ['a age']],
    ['age first, then size', 100, { bytes: 89 }, {}, ['a age', 'b size']],
    ['in the end what has no date', 0, { bytes: 0 }, {}, ['a size', 'b size', 'c size', 'd size']],
    ['of one script, whatever the others have', 0, {}, { ops: { count: 0 } }, ['c count']],
    ['of one script until it fits, then no more', 0, {}, { sales: { bytes: 60 } }, ['a size']],
    [
      'for all together what a script’s own bound has not freed already',
      0,
      { count: 3 },
      { sales: { count: 2 } },
      ['a count'],
    ],
  ])('%s', (...[, nowMs, bounds, own, expected]) => {
    expect(choose(nowMs, bounds, own)).toEqual(expected);
  });

  it('never takes for its number or size what nobody may have seen yet', () => {
    const young = candidate('young', 50, { endedAtMs: 5e6 });
    expect(choose(6e6, { bytes: 55 }, {}, [young, candidate('old', 10)])).toEqual(['old size']);
    expect(choose(6e6, { count: 0 }, { sales: { count: 0 } }, [young])).toEqual([]);
  });

  it('counts a shared file as freed only with its last owner', () => {
    const file = { hash: 'f', sizeBytes: 1000, owners: 3 };
    const sharing = ['a', 'b', 'c'].map((id) => candidate(id, 10, { blobs: [file] }));
    const chooser = createChooser({ bounds: { bytes: 500 }, held: { count: 3, bytes: 1030 } }, new Map(), {
      nowMs: 0,
      expiryMs: 0,
    });
    expect(sharing.map((one) => chooser.consider(one)?.bytes)).toEqual([10, 10, 1010]);
    expect(chooser.over()).toEqual({ all: false, scripts: [] });
    const kept = createChooser({ bounds: { bytes: 5 }, held: { count: 1, bytes: 10 } }, new Map(), {
      nowMs: 0,
      expiryMs: 0,
    });
    expect(kept.consider(candidate('d', 10, { blobs: [{ ...file, owners: 2 }] }))?.bytes).toBe(10);
  });
});

describe('how reports of one script are kept', () => {
  const rules = readRetentionRules(['sales/*: days=90', 'sales/weekly: days=7 count=20, bytes=1KB', 'tmp: count=1']);
  const retention = { ms: 30, count: 9, bytes: 9, rules };
  const wishing = { options: { retainDays: 2, retainCount: 5, retainBytes: 50 } } as unknown as Script;

  it('goes by the first line of the settings that says it', () => {
    expect(rules('sales/weekly')).toEqual({ ms: 90 * 86_400_000, count: 20, bytes: 1000 });
    expect([rules('tmp'), rules('tmp2')]).toEqual([{ count: 1 }, {}]);
  });

  it('then by the notebook, then by the settings for all', () => {
    expect([
      retainMs(retention, 'sales/x', wishing),
      retainMs(retention, 'x', wishing),
      retainMs(retention, 'x', undefined),
    ]).toEqual([90 * 86_400_000, 2 * 86_400_000, 30]);
    expect([scriptBounds(retention, 'tmp', wishing), scriptBounds(retention, 'x', undefined)]).toEqual([
      { count: 1, bytes: 50 },
      {},
    ]);
  });

  it.each(['sales', 'sales:', ': days=1', 'a: days=0', 'a: days=x', 'a: weeks=2', 'a: bytes=5', 'a: count'])(
    'refuses %s',
    (line) => {
      expect(() => readRetentionRules([line])).toThrow(`The setting retain has "${line}"`);
    },
  );
});
