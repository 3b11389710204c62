import { describe, expect, it } from 'vitest';
import { quotaMembers, quotasOf, readQuotas } from '../../../src/domain/quota/quota-rule.ts';
import { keptRefusal, quotaNote, quotaRefusal, type QuotaUse } from '../../../src/domain/quota/quota-use.ts';

const ruleOf = (line: string) => readQuotas([line])[0]!;
const HOUR = 3_600_000;

describe('a line of quotas', () => {
  it.each([
    ['*: 4 at once, 100 a day, 3600s a day, 2GB kept', { atOnce: 4, runs: 100, timeMs: HOUR, keptBytes: 2e9 }],
    ['*: 1h a day; 4 at once', { timeMs: HOUR, atOnce: 4 }],
    ['* :  1.5 h a day , 2 GB kept ', { timeMs: 1.5 * HOUR, keptBytes: 2e9 }],
    ['finance/*: 0 a day', { place: 'finance', runs: 0 }],
    ['finance/year: 1 at once together', { place: 'finance/year', atOnce: 1, isTogether: true }],
    ['*: 50 a day together for @interns', { runs: 50, isTogether: true, who: [{ type: 'group', name: 'interns' }] }],
    [
      'finance/*: 10 a day for @interns "Ana Lopez" signed-in',
      {
        place: 'finance',
        runs: 10,
        who: [{ type: 'group', name: 'interns' }, { type: 'user', name: 'Ana Lopez' }, { type: 'signed-in' }],
      },
    ],
  ])('%s', (line, expected) => {
    expect(ruleOf(line)).toMatchObject({ place: '', isTogether: false, ...expected });
    expect(ruleOf(line).line).toBe(line.trim());
  });

  it.each([
    ['4 at once', /does not begin with a script/],
    ['../x: 4 at once', /does not begin with a script/],
    ['*:', /“” is no limit of it: write “4 at once”/],
    ['*: 0 at once', /“0 at once” is no limit/],
    ['*: -1 a day', /“-1 a day” is no limit/],
    ['*: 4 at once, 5 at once', /“5 at once” is no limit/],
    ['*: 9999999999 a day', /no limit/],
    ['*: 2GB', /“2GB” is no limit/],
    ['*: 4 at once for ', /names nobody/],
    ['*: 4 at once for nobody', /names nobody/],
    ['*: 4 at once for a;b', /names nobody/],
    ['*: 4 at once together for nobody', /names nobody/],
    [`*: 4 at once together for ${'a '.repeat(51)}`, /names 51 together, and 50 are the most: name a group/],
  ])('%s cannot be read', (line, expected) => {
    expect(() => readQuotas([line])).toThrow(expected);
  });

  it('concerns the scripts of its place, and the people whom it names', () => {
    const rules = readQuotas(['*: 9 a day', 'finance/*: 8 a day for @interns', 'finance/year: 1 at once for ana']);
    const of = (script: string, name: string, ...groups: string[]) =>
      quotasOf(rules, { name, groups, isSignedIn: true }, script).map(({ line }) =>
        rules.findIndex((each) => each.line === line),
      );
    expect(of('finance/year', 'ana', 'interns')).toEqual([0, 1, 2]);
    expect(of('finance/year', 'bob', 'interns')).toEqual([0, 1]);
    expect(of('finance/month', 'ana')).toEqual([0]);
    expect(of('finances', 'bob', 'interns')).toEqual([0]);
  });

  it('is counted for a group by the runs of its people at the time', () => {
    const rules = readQuotas([
      '*: 9 a day together for @interns ana',
      '*: 8 a day for @board',
      'x: 1 at once together for @board signed-in',
      '*: 3 a day together',
    ]);
    const of = (name: string, ...groups: string[]) => quotaMembers(rules, { name, groups, isSignedIn: true });
    expect(of('ana', 'interns')).toEqual(['@interns', '=ana', 'signed-in']);
    expect(of('@interns', 'board', 'others')).toEqual(['@board', 'signed-in']);
    expect(quotaMembers(rules, { groups: [], isSignedIn: false })).toEqual([]);
  });
});

const clock = { nowMs: Date.UTC(2026, 0, 2, 12), timezone: 'Europe/Berlin' };
const useOf = (line: string, changes: Partial<QuotaUse> = {}): QuotaUse => ({
  rule: ruleOf(line),
  ...{ atOnce: 0, runs: 0, timeMs: 0, lessAtMs: undefined, runsFreeAtMs: undefined, timeFreeAtMs: undefined },
  ...changes,
});

describe('what people are told', () => {
  const at = clock.nowMs + 1.5 * HOUR;

  it.each([
    [
      useOf('*: 2 at once', { atOnce: 2 }),
      '2 of your reports wait or are being made, and 2 may at once. Try again when one is finished.',
      10,
    ],
    [
      useOf('finance/*: 3 a day together', { runs: 3, runsFreeAtMs: at }),
      '3 reports of finance were requested in the last 24 hours, and 3 may be in this time. The next can be requested at 14:30.',
      5400,
    ],
    [
      useOf('*: 1h a day', { timeMs: 1.25 * HOUR, timeFreeAtMs: at - 30_000 }),
      'In the last 24 hours, your reports took 1h 15m, and 1h may be taken in this time. The next can be requested at 14:30.',
      5370,
    ],
    [
      useOf('finance/*: 3 a day together for @interns', { runs: 3, runsFreeAtMs: at }),
      '3 reports of finance by the group interns were requested in the last 24 hours, and 3 may be in this time. The next can be requested at 14:30.',
      5400,
    ],
    [
      useOf('*: 2 at once together for @interns @board', { atOnce: 2 }),
      '2 reports by those who share this quota wait or are being made, and 2 may at once. Try again when one is finished.',
      10,
    ],
  ])('a refusal: %#', (use, message, retryAfterS) => {
    expect(quotaRefusal([useOf('*: 9 at once'), use], clock)).toMatchObject({ code: 'limited', message, retryAfterS });
  });

  it('the refusal that lasts longest, of several', () => {
    const uses = [useOf('*: 1 at once', { atOnce: 1 }), useOf('*: 1 a day', { runs: 1, runsFreeAtMs: at })];
    expect(quotaRefusal(uses, clock)?.message).toMatch(/14:30/);
  });

  it('what is left, from half on', () => {
    const note = (runs: number) => quotaNote([useOf('*: 4 a day', { runs, lessAtMs: at }), useOf('x: 9 a day')], clock);
    expect(note(1)).toBe('');
    expect(note(2)).toBe('You can request 2 more reports; one more from 14:30 on.');
    const tomorrow = useOf('*: 4 a day', { runs: 2, lessAtMs: at + 10 * HOUR });
    expect(quotaNote([tomorrow], clock)).toBe('You can request 2 more reports; one more from 00:30 tomorrow on.');
    const group = useOf('finance/*: 50 a day together for @interns', { runs: 40, lessAtMs: at });
    expect(quotaNote([group], clock)).toBe(
      'Together, the group interns can request 10 more reports of finance; one more from 14:30 on.',
    );
    // in the night in which Berlin puts its clocks forward, and in that in which it puts them back
    const night = (day: number, month: number, hours: number) => {
      const nowMs = Date.UTC(2026, month, day, 0, 30);
      const use = useOf('*: 2 a day', { runs: 2, runsFreeAtMs: nowMs + hours * HOUR });
      return quotaRefusal([use], { ...clock, nowMs });
    };
    expect(night(29, 2, 1)).toMatchObject({
      message: expect.stringMatching(/at 03:30\.$/) as string,
      retryAfterS: 3600,
    });
    expect(night(25, 9, 1)).toMatchObject({
      message: expect.stringMatching(/at 02:30\.$/) as string,
      retryAfterS: 3600,
    });
    expect(night(25, 9, 23)?.message).toMatch(/at 00:30 tomorrow\.$/);
    expect(night(28, 2, 23)?.message).toMatch(/at 00:30 tomorrow\.$/);
    expect(note(3)).toBe('You can request 1 more report; one more from 14:30 on.');
  });

  it('that too much is kept', () => {
    expect(keptRefusal(ruleOf('*: 2GB kept'), 1_999_999_999)).toBeUndefined();
    expect(keptRefusal(ruleOf('*: 2GB kept'), 2e9)?.message).toBe(
      'Your reports take 2 GB, and 2 GB may be kept. Delete some of them.',
    );
    expect(keptRefusal(ruleOf('*: 2GB'.replace('2GB', '1 a day')), 2e9)).toBeUndefined();
  });
});
