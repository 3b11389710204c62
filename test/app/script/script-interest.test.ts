/** What open pages say, for how long it counts, and how much of it is kept. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createInterestTable, KERNELS_OF_ADDRESS, MOST_EXPECTED } from '../../../src/app/script/script-interest.ts';
import type { Demand } from '../../../src/domain/kernel/interest.ts';
import { AppError } from '../../../src/domain/error.ts';
import type { InterestNote, InterestTable } from '../../../src/app/script/script-interest.ts';

let table: InterestTable;
let demands: readonly Demand[];
let expected: readonly string[];
beforeEach(() => {
  vi.useFakeTimers();
  expected = [];
  demands = [];
  table = createInterestTable({
    now: Date.now,
    most: () => 20,
    onChange(changed) {
      demands = changed;
      expected = changed.map(({ script }) => script);
    },
  });
});
afterEach(() => {
  table.close();
  vi.useRealTimers();
});

const say = (script: string, state: InterestNote['state'] = 'open', visitor = 'ana', page = `${visitor} ${script}`) =>
  table.note({ script, state, visitor, page });

/** A page that is left counts for some seconds more: its run may not have its kernel yet. */
const afterGrace = () => vi.advanceTimersByTime(20_000);

test('a page counts from when it is opened until some seconds after it is left', () => {
  say('weekly');
  expect(expected).toEqual(['weekly']);
  say('weekly', 'left');
  expect(expected).toEqual(['weekly']);
  afterGrace();
  expect(expected).toEqual([]);
});

test('a page that says nothing any more is forgotten, and one that says that it is open is not', () => {
  say('silent');
  say('weekly');
  for (let minute = 0; minute < 5; minute += 1) {
    vi.advanceTimersByTime(60_000);
    say('weekly');
  }
  expect(expected).toEqual(['weekly']);
});

test('opening another script on the same page, or as another visitor, replaces what it said before', () => {
  say('weekly', 'open', 'ana', 'page');
  say('monthly', 'open', 'ben', 'page');
  expect(expected).toEqual(['monthly']);
});

test('who touches a form comes first, and stays there', () => {
  say('touched', 'touched');
  vi.advanceTimersByTime(1_000);
  say('newer', 'open', 'ben');
  expect(expected).toEqual(['touched', 'newer']);
});

test('is bounded: for all, for each visitor, and in how much one may say', () => {
  for (let at = 0; at < 20; at += 1) say(`script-${at}`);
  expect(expected).toHaveLength(MOST_EXPECTED);
  for (let at = 0; at < 20; at += 1) say(`script-${at}`, 'left');
  afterGrace();
  expect(expected).toEqual([]);
  for (let at = 0; at < 20; at += 1) say(`again-${at}`);
  // only the newest pages of a visitor are kept
  for (let at = 12; at < 20; at += 1)
    table.note({ script: '', state: 'left', visitor: 'ben', page: `ana again-${at}` });
  afterGrace();
  expect(expected).toEqual([]);
  expect(() => say('too much')).toThrow(AppError);
  say('other', 'open', 'cleo');
  vi.advanceTimersByTime(61_000);
  say('weekly');
  expect(expected).toContain('weekly');
});

test('of many visitors, each has a turn', () => {
  for (let at = 0; at < 8; at += 1) say(`greedy-${at}`, 'touched');
  for (const visitor of ['ben', 'cleo']) say(`of ${visitor}`, 'open', visitor);
  expect(expected).toEqual(expect.arrayContaining(['of ben', 'of cleo']));
});

test('a kernel for each visitor, within what may be, until they leave', () => {
  for (let at = 0; at < 30; at += 1) say('weekly', 'open', `visitor ${at}`);
  expect(demands).toEqual([{ script: 'weekly', kernels: 20 }]);
  expect(table.state()).toEqual({ visitors: 30, kernels: 20, most: 20 });
  for (let at = 0; at < 25; at += 1) say('weekly', 'left', `visitor ${at}`);
  expect(demands).toEqual([{ script: 'weekly', kernels: 20 }]);
  afterGrace();
  expect(demands).toEqual([{ script: 'weekly', kernels: 5 }]);
  expect(table.state()).toEqual({ visitors: 5, kernels: 5, most: 20 });
});

test('the browsers of one address together have few kernels', () => {
  for (let at = 0; at < 30; at += 1)
    table.note({ script: 'weekly', state: 'open', visitor: `browser ${at}`, address: '192.0.2.1', page: `page ${at}` });
  expect(demands).toEqual([{ script: 'weekly', kernels: KERNELS_OF_ADDRESS }]);
});
