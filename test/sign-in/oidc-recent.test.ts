/** When somebody proved to a provider who they are. */
import { expect, it } from 'vitest';
import type { OidcSettings } from '../../src/domain/access/provider.ts';
import { RECENT_MS } from '../../src/domain/access/session.ts';
import { authTimeMs, refuseOld } from '../../src/sign-in/oidc-recent.ts';

const NOW_MS = 1_800_000_000_000;
const SETTINGS = { title: 'Company' } as OidcSettings;
const ago = (ms: number) => ({ auth_time: (NOW_MS - ms) / 1_000 });

it.each<readonly [string, Readonly<Record<string, unknown>> | undefined, number | undefined]>([
  ['now', ago(0), NOW_MS],
  ['before', ago(60_000), NOW_MS - 60_000],
  ['at most now, where the clock there is ahead', ago(-60_000), NOW_MS],
  ['unknown, if it is not said', {}, undefined],
  ['unknown, if it is a text', { auth_time: '1800000000' }, undefined],
  ['unknown without a token', undefined, undefined],
])('the time is %s', (_, claims, ms) => {
  expect(authTimeMs(claims, NOW_MS)).toBe(ms);
});

it('counts for ten minutes', () => {
  expect(() => refuseOld(SETTINGS, ago(RECENT_MS), NOW_MS)).not.toThrow();
  for (const claims of [ago(RECENT_MS + 1_000), {}, undefined])
    expect(() => refuseOld(SETTINGS, claims, NOW_MS)).toThrow('Company did not ask you again who you are');
});
